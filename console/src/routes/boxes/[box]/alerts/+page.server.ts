import { error } from '@sveltejs/kit'
import { checkSeen, refused } from '#lib/server/form.ts'
import type { BoxDetail } from '#lib/view.ts'
import type { Actions, PageServerLoad } from './$types'
import { alertsInput } from './alerts_input.ts'

export const load: PageServerLoad = ({ locals, params }) => {
  const { store } = locals.rooms
  const box = found(store.box(params.box), params.box)
  return { box, events: store.events({ box: box.id, kinds: ['alert.sent', 'alert.held'], limit: 60 }) }
}

function found(box: BoxDetail | null, id: string): BoxDetail {
  return box ?? error(404, `There is no box “${id}”. It may have been removed.`)
}

export const actions: Actions = {
  default: async ({ request, locals, params }) => {
    const form = await request.formData()
    const { store, desired } = locals.rooms
    const { alerts } = found(store.box(params.box), params.box)
    try {
      checkSeen(form, alerts)
      desired.setAlerts(params.box, alertsInput(form, alerts, Date.now()), locals.person?.name ?? '')
    } catch (thrown) {
      return refused(thrown, form)
    }
    return { saved: 'Saved. The box applies it within seconds.' }
  }
}
