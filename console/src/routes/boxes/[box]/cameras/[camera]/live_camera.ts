/** A camera and its box as `load` brought them, and as the stream has told of them since. */
import type { Live } from '#lib/live.svelte.ts'
import type { BoxDetail, CameraDetail } from '#lib/view.ts'

export function liveCamera(live: Live, loaded: CameraDetail): { known: BoxDetail | null; camera: CameraDetail } {
  const known = live.detail?.id === loaded.box ? live.detail : null
  const camera = known?.cameras.find((one) => one.id === loaded.id)
  const told = known && { boxState: known.state, strategies: known.reported?.strategies ?? {} }
  return { known, camera: { ...loaded, ...camera, ...told } }
}
