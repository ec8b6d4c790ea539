/**
 * Which changes of a camera are events. Trying again is none: a camera that is down for a night is one event when it
 * goes and one when it is back, not two a minute.
 */
import type { CameraState, Id } from '@vedette/protocol'

const DOWN: readonly CameraState[] = ['backing_off', 'stalled', 'auth_failed', 'unsupported']

export class CameraEvents {
  readonly #told = new Map<Id, CameraState>()

  /** The state that was told last when this one is news, else null. */
  newsOf(camera: Id, state: CameraState): CameraState | null {
    const was = this.#told.get(camera) ?? 'idle'
    if (state === was || (state === 'connecting' && DOWN.includes(was))) return null
    this.#told.set(camera, state)
    return was
  }

  /** Forgets cameras that are not among these: one that is added again begins anew. */
  keep(cameras: readonly Id[]): void {
    for (const camera of this.#told.keys()) if (!cameras.includes(camera)) this.#told.delete(camera)
  }
}
