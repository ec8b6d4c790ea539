/** Takes objects out of the packed frames of one camera. Only for cameras that ask for it: the others pass as they came. */
import { isDeepStrictEqual } from 'node:util'
import { decodeFrameBatch, type Frame, type Id, keepObjects } from '@vedette/protocol'
import type { EngineConfig, ObjectFilter } from '../channel/engine_config.ts'

export class CameraFilter {
  readonly filter: ObjectFilter
  /** Tracks of the last frame that were kept. */
  #kept = new Set<number>()

  constructor(filter: ObjectFilter) {
    this.filter = filter
  }

  /** `entry` is one encoded `frames` field of a FrameBatch. Returns the same entry when nothing is taken out. */
  apply(entry: Buffer): { entry: Buffer; objects: number } {
    const frame = decodeFrameBatch(entry).frames[0]
    if (!frame) return { entry, objects: 0 }
    const kept = [...frame.classId.keys()].filter((i) => this.#wants(frame, i))
    this.#kept = new Set(kept.map((i) => frame.trackId[i]!).filter((track) => track !== 0))
    if (kept.length === frame.classId.length) return { entry, objects: kept.length }
    return { entry: Buffer.from(keepObjects(entry, kept)), objects: kept.length }
  }

  /** On frames that the model skips an object is as sure as it was before. */
  #wants({ classId, confidence, trackId }: Frame, i: number): boolean {
    const { classes, minConfidence } = this.filter
    if (classes !== null && !classes.includes(classId[i]!)) return false
    return confidence[i]! >= minConfidence || (confidence[i] === 0 && this.#kept.has(trackId[i]!))
  }
}

/** Of the cameras that ask for one. One that is as it was goes on with what it knows. */
export function filtersOf(
  cameras: EngineConfig['cameras'],
  before: ReadonlyMap<Id, CameraFilter>
): ReadonlyMap<Id, CameraFilter> {
  const filters = new Map<Id, CameraFilter>()
  for (const [camera, { filter }] of Object.entries(cameras)) {
    const known = before.get(camera)
    if (filter !== null)
      filters.set(camera, known && isDeepStrictEqual(known.filter, filter) ? known : new CameraFilter(filter))
  }
  return filters
}
