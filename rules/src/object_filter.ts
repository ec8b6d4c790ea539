/** Which tracks a rule is about: by class, by confidence, by the size of the box. */
import type { Rule } from '@vedette/protocol'
import { type ClassSet, classSet, hasClass } from './class_set.ts'
import type { TrackSlots } from './track_slots.ts'

/** other: of a class that the rule is not about. notNow: in this frame it is too small, or so. */
export type Verdict = 'wanted' | 'notNow' | 'other'

export class ObjectFilter {
  readonly #tracks: TrackSlots
  readonly #classes: ClassSet
  readonly #minConfidence: number
  readonly #hasSize: boolean
  readonly #minWidth: number
  readonly #maxWidth: number
  readonly #minHeight: number
  readonly #maxHeight: number
  readonly #minAspect: number
  readonly #maxAspect: number

  constructor({ classes, minConfidence = 0, size }: Rule, tracks: TrackSlots, labels: readonly string[]) {
    const endless = Number.POSITIVE_INFINITY
    this.#tracks = tracks
    this.#classes = classSet(classes, labels)
    // What was rounded to four digits on its way is as sure as it was.
    this.#minConfidence = minConfidence - 0.00005
    this.#hasSize = size !== undefined
    this.#minWidth = size?.minWidth ?? 0
    this.#maxWidth = size?.maxWidth ?? endless
    this.#minHeight = size?.minHeight ?? 0
    this.#maxHeight = size?.maxHeight ?? endless
    this.#minAspect = size?.minAspect ?? 0
    this.#maxAspect = size?.maxAspect ?? endless
  }

  judge(slot: number): Verdict {
    const { classId, confidence } = this.#tracks
    if (!hasClass(this.#classes, classId[slot]!)) return 'other'
    if (confidence[slot]! < this.#minConfidence) return 'notNow'
    return this.#hasSize && !this.#fits(slot) ? 'notNow' : 'wanted'
  }

  #fits(slot: number): boolean {
    const width = this.#tracks.boxes[4 * slot + 2]!
    const height = this.#tracks.boxes[4 * slot + 3]!
    const aspect = width / height
    return (
      width >= this.#minWidth &&
      width <= this.#maxWidth &&
      height >= this.#minHeight &&
      height <= this.#maxHeight &&
      aspect >= this.#minAspect &&
      aspect <= this.#maxAspect
    )
  }
}
