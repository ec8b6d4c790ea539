/**
 * When the pipeline that was built beside takes over from the one that runs: decided by a pure function from what both
 * have. It takes over as a whole, at one moment, because one catalog names the frames of all cameras; until then the old
 * one loses nothing. A camera that allows one session only has to be let go by the old one first.
 */
import type { CameraState, Id } from '@vedette/protocol'

/** What starts and falls at once has not come to stay. */
export const SETTLE_MS = 1_000
/** From when its pipeline runs: a camera that is live here takes a keyframe interval to be live there. */
export const RELEASE_AFTER_MS = 10_000
export const TAKE_OVER_LIMIT_MS = 30_000

export interface HandoverFacts {
  sinceRunningMs: number
  /** Cameras that were live in the old pipeline when the new one ran first, and are still wanted. */
  awaited: readonly Id[]
  /** State in the new pipeline. */
  stateOf(camera: Id): CameraState | undefined
  /** It has given an analysed frame in the new pipeline, or is not meant to. */
  hasFrames(camera: Id): boolean
  /** The old pipeline has let it go. */
  released: Pick<ReadonlySet<Id>, 'has' | 'size'>
}

export type Verdict =
  | { is: 'wait' }
  /** The old pipeline lets these go: the new one cannot have them as well. */
  | { is: 'release'; cameras: Id[] }
  | { is: 'take-over' }
  | { is: 'give-up'; reason: string }

export function judgeHandover(facts: HandoverFacts): Verdict {
  const { awaited, released, sinceRunningMs } = facts
  const hasArrived = (camera: Id) => facts.stateOf(camera) === 'live' && facts.hasFrames(camera)
  const missing = awaited.filter((camera) => !hasArrived(camera))
  if (missing.length === 0) return sinceRunningMs < SETTLE_MS ? { is: 'wait' } : { is: 'take-over' }
  if (sinceRunningMs >= TAKE_OVER_LIMIT_MS) {
    if (missing.length < awaited.length) return { is: 'take-over' }
    return {
      is: 'give-up',
      reason: `It gave no frame of any camera within ${TAKE_OVER_LIMIT_MS / 1000} s.`
    }
  }
  if (sinceRunningMs < RELEASE_AFTER_MS) return { is: 'wait' }
  const refused = missing.filter((camera) => facts.stateOf(camera) !== 'live' && !released.has(camera))
  // One goes first: when not even that one comes, the fault is the new pipeline's, and the others stay where they are.
  const isProven = missing.length < awaited.length
  if (refused.length === 0 || (released.size > 0 && !isProven)) return { is: 'wait' }
  return { is: 'release', cameras: isProven ? refused : refused.slice(0, 1) }
}
