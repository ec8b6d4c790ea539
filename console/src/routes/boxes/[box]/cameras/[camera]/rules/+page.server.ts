import { error, redirect } from '@sveltejs/kit'
import type { Rule } from '@vedette/protocol'
import { refused } from '#lib/server/form.ts'
import type { CameraDetail } from '#lib/view.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'
import { isKind } from './kinds.ts'
import { newRuleId, ruleInput } from './rule_input.ts'

export const load: PageServerLoad = ({ locals, params, url }) => {
  const camera = found(locals.rooms.store.camera(params.box, params.camera))
  const id = url.searchParams.get('rule')
  const rule = id === null ? null : ruleOf(camera, id)
  if (id !== null && rule === null) error(404, `Camera “${camera.name}” has no rule “${id}”. It may have been removed.`)
  const asked = url.searchParams.get('new')
  const kind = rule?.kind ?? (asked !== null && isKind(asked) ? asked : null)
  return { camera, id, rule, kind, isSaved: url.searchParams.has('saved') }
}

function found(camera: CameraDetail | null): CameraDetail {
  return camera ?? error(404, 'There is no such camera. It may have been removed.')
}

function ruleOf({ rules }: CameraDetail, id: string): Rule | null {
  return Object.hasOwn(rules, id) ? (rules[id] ?? null) : null
}

/** The rules of the camera as they are to be. */
async function edit(event: RequestEvent, make: (camera: CameraDetail, form: FormData) => Record<string, unknown>) {
  const { rooms, person } = event.locals
  const { box, camera: id } = event.params
  const form = await event.request.formData()
  const camera = found(rooms.store.camera(box, id))
  try {
    rooms.desired.setRules({ box, camera: id }, { rules: make(camera, form), masks: camera.masks }, person?.name ?? '')
  } catch (thrown) {
    return refused(thrown, form)
  }
  redirect(303, `/boxes/${box}/cameras/${id}/rules?saved`)
}

export const actions: Actions = {
  save: (event) =>
    edit(event, (camera, form) => {
      const { rules } = camera
      const id = event.url.searchParams.get('rule')
      const rule = ruleInput(form, id === null ? null : ruleOf(camera, id))
      return { ...rules, [id ?? newRuleId(String(rule.name), rules)]: rule }
    }),
  remove: (event) =>
    edit(event, ({ rules }) => {
      const { [event.url.searchParams.get('rule') ?? '']: _, ...others } = rules
      return others
    })
}
