import { error } from '@sveltejs/kit'
import type { PageServerLoad } from './$types'

const SPARK_MS = 10 * 60_000

export const load: PageServerLoad = ({ locals, params }) => {
  const { store } = locals.rooms
  const camera = store.camera(params.box, params.camera)
  if (!camera) error(404, `Box “${params.box}” has no camera “${params.camera}”. It may have been removed.`)
  const toMs = Date.now()
  const { cameras } = store.health(params.box, { fromMs: toMs - SPARK_MS, toMs })
  return {
    camera,
    fpsHistory: cameras[params.camera]?.fps ?? [],
    events: store.events({ box: params.box, camera: params.camera, limit: 60 })
  }
}
