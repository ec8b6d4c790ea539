import { isDeepStrictEqual } from 'node:util'
import { error, redirect } from '@sveltejs/kit'
import { labels, number, text } from '#lib/form_data.ts'
import { checkSeen, refused } from '#lib/server/form.ts'
import type { CompareInput } from '#lib/server/rooms.ts'
import type { BoxDetail } from '#lib/view.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'
import { cameraInput } from './camera_input.ts'
import { cameraSettings } from './camera_settings.ts'

export const load: PageServerLoad = ({ locals, params, url }) => {
  const { store } = locals.rooms
  const box = store.box(params.box)
  if (!box) error(404, `There is no box “${params.box}”. It may have been removed.`)
  const chosen = url.searchParams.get('camera')
  const camera = chosen === null ? null : store.camera(params.box, chosen)
  if (chosen !== null && !camera) error(404, `Box “${box.name}” has no camera “${chosen}”. It may have been removed.`)
  const models = store.listModels()
  const wanted = wantedModel(box)
  const known = camera?.labels ?? models.find((model) => model.sha256 === wanted)?.labels ?? []
  return { box, camera, isAdding: url.searchParams.has('add'), labels: known, models, wanted }
}

/** Its SHA-256, or nothing. */
function wantedModel(box: BoxDetail | null): string {
  return box?.models.find((model) => model.id === box.analysis.model)?.sha256 ?? ''
}

function compareInput(form: FormData): CompareInput | null {
  const sha256 = text(form, 'compare')
  return sha256 === '' ? null : { sha256, interval: number(form, 'compareInterval') }
}

/** An edit of a form that is refused by field, or goes where the edit is seen. */
async function edit(event: RequestEvent, make: (form: FormData, by: string) => string | { saved: string }) {
  const form = await event.request.formData()
  let done: ReturnType<typeof make>
  try {
    done = make(form, event.locals.person?.name ?? '')
  } catch (thrown) {
    return refused(thrown, form)
  }
  if (typeof done === 'string') redirect(303, done)
  return done
}

function chosenCamera(event: RequestEvent): string {
  return event.url.searchParams.get('camera') ?? ''
}

export const actions: Actions = {
  add: (event) =>
    edit(event, (form, by) => {
      const { box } = event.params
      const { id } = event.locals.rooms.desired.addCamera(box, cameraInput(form), by)
      return `/boxes/${box}/cameras/${id}`
    }),
  change: (event) =>
    edit(event, (form, by) => {
      const at = { box: event.params.box, camera: chosenCamera(event) }
      const { desired, store } = event.locals.rooms
      checkSeen(form, cameraSettings(store.camera(at.box, at.camera)))
      desired.changeCamera(at, cameraInput(form), by)
      return { saved: 'Saved. The box applies it within seconds.' }
    }),
  remove: (event) =>
    edit(event, (_, by) => {
      event.locals.rooms.desired.removeCamera(event.params.box, chosenCamera(event), by)
      return `/boxes/${event.params.box}/edit`
    }),
  analysis: (event) =>
    edit(event, (form, by) => {
      const { desired, store } = event.locals.rooms
      const { box } = event.params
      const interval = number(form, 'interval')
      const tracker = text(form, 'tracker') === 'none' ? 'none' : 'default'
      desired.setAnalysis(box, { interval, tracker }, by)
      const model = text(form, 'model')
      const wanted = wantedModel(store.box(box))
      if (model !== wanted) desired.assignModel(box, model || null, by)
      const secondaries = form
        .getAll('secondary')
        .map(String)
        .map((sha256) => ({ sha256, classes: labels(form, `classes-${sha256}`) }))
      if (!isDeepStrictEqual(secondaries, store.box(box)?.secondaries)) desired.setSecondaries(box, secondaries, by)
      const compare = compareInput(form)
      if (!isDeepStrictEqual(compare, store.box(box)?.compare)) desired.setCompare(box, compare, by)
      return { saved: 'Saved. The box applies it within seconds.' }
    }),
  rename: (event) =>
    edit(event, (form, by) => {
      event.locals.rooms.desired.renameBox(event.params.box, text(form, 'name'), by)
      return { saved: 'Renamed.' }
    }),
  renewSecret: async (event) => {
    const form = await event.request.formData()
    try {
      return event.locals.rooms.desired.renewSecret(event.params.box, event.locals.person?.name ?? '')
    } catch (thrown) {
      return refused(thrown, form)
    }
  },
  removeBox: (event) =>
    edit(event, (_, by) => {
      event.locals.rooms.desired.removeBox(event.params.box, by)
      return '/'
    })
}
