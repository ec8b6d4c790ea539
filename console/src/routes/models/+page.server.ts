import { fail } from '@sveltejs/kit'
import { text } from '#lib/form_data.ts'
import { refused } from '#lib/server/form.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = ({ locals }) => {
  const { store, models } = locals.rooms
  return {
    models: store.listModels(),
    parsers: [...models.parsers()]
  }
}

export const actions: Actions = {
  assign: async ({ request, locals }) => {
    const form = await request.formData()
    const box = text(form, 'box')
    if (!box) return fail(400, { errors: { box: 'Choose the box that should run it.' }, values: {} })
    try {
      locals.rooms.desired.assignModel(box, text(form, 'sha256') || null, locals.person?.name ?? '')
      return { saved: 'Assigned. The box downloads the model, tries it, and keeps its old one until that went well.' }
    } catch (error) {
      return refused(error, form)
    }
  },
  remove: async ({ request, locals }) => {
    const form = await request.formData()
    try {
      await locals.rooms.models.remove(text(form, 'sha256'), locals.person?.name ?? '')
      return { saved: 'Removed.' }
    } catch (error) {
      return refused(error, form)
    }
  }
}
