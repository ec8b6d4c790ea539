import { redirect } from '@sveltejs/kit'
import { text } from '#lib/form_data.ts'
import { refused } from '#lib/server/form.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = ({ locals }) => {
  const { store, identity } = locals.rooms
  return {
    readers: store.listReaders(),
    people: identity.listPeople(),
    status: locals.rooms.status(),
    audit: store.audit(30)
  }
}

export const actions: Actions = {
  addReader: async ({ request, locals }) => {
    const form = await request.formData()
    const name = text(form, 'reader')
    try {
      return { reader: { name, ...locals.rooms.readers.add(name, locals.person?.name ?? '') } }
    } catch (error) {
      return refused(error, form)
    }
  },
  removeReader: async ({ request, locals }) => {
    const form = await request.formData()
    locals.rooms.readers.remove(text(form, 'reader'), locals.person?.name ?? '')
    return { saved: 'Removed. Its connections are closed.' }
  },
  invite: ({ locals, url }) => {
    const { token, expires } = locals.rooms.identity.invite(locals.person?.name ?? '')
    return { invite: { link: `${url.origin}/welcome?token=${encodeURIComponent(token)}`, expires } }
  },
  password: async ({ request, locals }) => {
    const form = await request.formData()
    if (!locals.person) redirect(303, '/sign-in')
    try {
      const input = { current: String(form.get('current') ?? ''), password: String(form.get('password') ?? '') }
      await locals.rooms.identity.changePassword(locals.person, input)
    } catch (error) {
      return refused(error, form)
    }
    redirect(303, '/sign-in')
  }
}
