import { redirect } from '@sveltejs/kit'
import { SESSION_COOKIE } from '#lib/server/rooms.ts'
import type { RequestHandler } from './$types'

export const POST: RequestHandler = ({ locals, cookies }) => {
  if (locals.session) locals.rooms.identity.signOut(locals.session)
  cookies.delete(SESSION_COOKIE, { path: '/' })
  redirect(303, '/sign-in')
}
