/**
 * Tracks that stood and are not seen now: hidden by a passing bus, given up by a detector at night, or about to be found
 * again under another id. Who appears where one of them stood is the same object, and nothing has happened.
 */
import { MISSED, SEEN, type TrackSlots } from './track_slots.ts'

/** So much of both boxes must be the same. */
const LEAST_IOU = 0.5

/** The slot of a track that stood where the box is and is not in the frame of that time; -1 when there is none. */
export function findMissed(tracks: TrackSlots, stands: (slot: number) => boolean, seen: Seen): number {
  let best = -1
  let bestIou = LEAST_IOU
  for (let slot = 0; slot < tracks.used; slot++) {
    const isCandidate =
      tracks.state[slot] === MISSED || (tracks.state[slot] === SEEN && tracks.lastMs[slot]! < seen.ms && stands(slot))
    if (!isCandidate) continue
    const overlap = iou(tracks.boxes, 4 * slot, seen)
    if (overlap < bestIou) continue
    best = slot
    bestIou = overlap
  }
  return best
}

interface Seen {
  /** Of the box: left, top, width, height from this place on. */
  boxes: Float32Array
  at: number
  ms: number
}

/** The slot of the one that was missed first, when there are more than that; -1 when there are not. */
export function oldestMissed(tracks: TrackSlots, limit: number): number {
  let oldest = -1
  let count = 0
  for (let slot = 0; slot < tracks.used; slot++) {
    if (tracks.state[slot] !== MISSED) continue
    count++
    if (oldest < 0 || tracks.lastMs[slot]! < tracks.lastMs[oldest]!) oldest = slot
  }
  return count > limit ? oldest : -1
}

function iou(a: Float32Array, i: number, { boxes: b, at: j }: Seen): number {
  const width = Math.min(a[i]! + a[i + 2]!, b[j]! + b[j + 2]!) - Math.max(a[i]!, b[j]!)
  const height = Math.min(a[i + 1]! + a[i + 3]!, b[j + 1]! + b[j + 3]!) - Math.max(a[i + 1]!, b[j + 1]!)
  if (width <= 0 || height <= 0) return 0
  const both = width * height
  return both / (a[i + 2]! * a[i + 3]! + b[j + 2]! * b[j + 3]! - both)
}
