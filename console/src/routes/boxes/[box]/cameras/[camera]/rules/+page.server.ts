import { error, redirect } from '@sveltejs/kit'
import { text } from '#lib/form_data.ts'
import { slug } from '#lib/server/desired/slug.ts'
import { checkSeen, refused } from '#lib/server/form.ts'
import { RefusedEdit, type RulesInput } from '#lib/server/rooms.ts'
import type { CameraDetail } from '#lib/view.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'
import { editFaults } from './edit_faults.ts'
import { isKind } from './kinds.ts'
import { isHides, maskInput } from './mask_input.ts'
import { ruleInput } from './rule_input.ts'

export const load: PageServerLoad = ({ locals, params, url }) => {
  const camera = found(locals.rooms.store.camera(params.box, params.camera))
  return { camera, editing: editing(camera, url.searchParams), isSaved: url.searchParams.has('saved') }
}

function found(camera: CameraDetail | null): CameraDetail {
  return camera ?? error(404, 'There is no such camera. It may have been removed.')
}

/** What the page's query asks for: a rule or mask by its id, or a new one. */
function editing(camera: CameraDetail, query: URLSearchParams) {
  const { rule: ruleId, mask: maskId, new: kind, hide } = Object.fromEntries(query)
  if (ruleId !== undefined) {
    const rule = own(camera.rules, ruleId)
    if (!rule) error(404, `Camera “${camera.name}” has no rule “${ruleId}”. It may have been removed.`)
    return { what: 'rule' as const, kind: rule.kind, given: { id: ruleId, rule } }
  }
  if (maskId !== undefined) {
    const mask = own(camera.masks, maskId)
    if (!mask) error(404, `Camera “${camera.name}” has no mask “${maskId}”. It may have been removed.`)
    return { what: 'mask' as const, hides: mask.hides, given: { id: maskId, mask } }
  }
  if (kind !== undefined && isKind(kind)) return { what: 'rule' as const, kind, given: null }
  if (hide !== undefined && isHides(hide)) return { what: 'mask' as const, hides: hide, given: null }
  return null
}

function own<T>(all: Record<string, T>, id: string): T | null {
  return Object.hasOwn(all, id) ? (all[id] ?? null) : null
}

/** The rules and masks of the camera as they are to be. `at` is told the place of the one that is edited. */
async function edit(
  event: RequestEvent,
  make: (camera: CameraDetail, form: FormData, at: (place: string) => void) => RulesInput
) {
  const { rooms, person } = event.locals
  const { box, camera: id } = event.params
  const form = await event.request.formData()
  const camera = found(rooms.store.camera(box, id))
  let place = ''
  try {
    const input = make(camera, form, (at) => {
      place = at
    })
    rooms.desired.setRules({ box, camera: id }, input, person?.name ?? '')
  } catch (thrown) {
    if (!(thrown instanceof RefusedEdit)) throw thrown
    const kind = text(form, 'kind')
    return refused(new RefusedEdit(editFaults(thrown.errors, place, isKind(kind) ? kind : null)), form)
  }
  redirect(303, `/boxes/${box}/cameras/${id}/rules?saved`)
}

export const actions: Actions = {
  rule: (event) =>
    edit(event, ({ rules, masks }, form, at) => {
      const given = event.url.searchParams.get('rule')
      const id = given ?? slug(text(form, 'name'), (id) => Object.hasOwn(rules, id), 'rule')
      at(`rules.${id}`)
      if (given !== null) checkSeen(form, own(rules, given))
      return { rules: { ...rules, [id]: ruleInput(form) }, masks }
    }),
  mask: (event) =>
    edit(event, ({ rules, masks }, form, at) => {
      const given = event.url.searchParams.get('mask')
      const id = given ?? slug(text(form, 'name'), (id) => Object.hasOwn(masks, id), 'mask')
      at(`masks.${id}`)
      if (given !== null) checkSeen(form, own(masks, given))
      return { rules, masks: { ...masks, [id]: maskInput(form) } }
    }),
  remove: (event) =>
    edit(event, ({ rules, masks }) => {
      const query = event.url.searchParams
      const { [query.get('rule') ?? '']: _, ...otherRules } = rules
      const { [query.get('mask') ?? '']: __, ...otherMasks } = masks
      return { rules: otherRules, masks: otherMasks }
    })
}
