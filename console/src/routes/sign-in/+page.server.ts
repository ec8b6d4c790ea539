import { redirect } from '@sveltejs/kit'
import { text } from '#lib/form_data.ts'
import { keepSession, refused } from '#lib/server/form.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = ({ locals }) => {
  if (locals.person) redirect(303, '/')
}

export const actions: Actions = {
  default: async ({ request, locals, cookies, url, getClientAddress }) => {
    const form = await request.formData()
    try {
      const signedIn = await locals.rooms.identity.signIn({
        name: text(form, 'name'),
        password: String(form.get('password') ?? ''),
        address: getClientAddress()
      })
      keepSession(cookies, signedIn, locals.rooms.isHttps)
    } catch (error) {
      return refused(error, form)
    }
    redirect(303, inside(url.searchParams.get('to')))
  }
}

/** Only a path of this console: never a door to elsewhere. */
function inside(to: string | null): string {
  return to && /^\/(?![/\\])/.test(to) ? to : '/'
}
