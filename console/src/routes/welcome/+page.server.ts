import { redirect } from '@sveltejs/kit'
import { text } from '#lib/form_data.ts'
import { keepSession, refused } from '#lib/server/form.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = ({ locals, url }) => {
  const token = url.searchParams.get('token') ?? ''
  return { token, isGood: locals.rooms.identity.isWelcome(token) }
}

export const actions: Actions = {
  default: async ({ request, locals, cookies }) => {
    const form = await request.formData()
    try {
      const signedIn = await locals.rooms.identity.welcome({
        token: text(form, 'token'),
        name: text(form, 'name'),
        password: String(form.get('password') ?? '')
      })
      keepSession(cookies, signedIn, locals.rooms.isHttps)
    } catch (error) {
      return refused(error, form)
    }
    redirect(303, '/')
  }
}
