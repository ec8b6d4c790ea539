/** Takes objects out of one packed frame entry. Only for cameras that ask for it: the others pass as they came. Pure. */
import { decodeFrameBatch, keepObjects } from '@vedette/protocol'
import type { ObjectFilter } from '../channel/engine_config.ts'

/** `entry` is one encoded `frames` field of a FrameBatch. Returns the same entry when nothing is taken out. */
export function filterEntry(entry: Buffer, filter: ObjectFilter): { entry: Buffer; objects: number } {
  const frame = decodeFrameBatch(entry).frames[0]
  if (!frame) return { entry, objects: 0 }
  const kept: number[] = []
  for (let i = 0; i < frame.classId.length; i++) {
    const isWanted = filter.classes === null || filter.classes.includes(frame.classId[i]!)
    if (isWanted && frame.confidence[i]! >= filter.minConfidence) kept.push(i)
  }
  if (kept.length === frame.classId.length) return { entry, objects: kept.length }
  return { entry: Buffer.from(keepObjects(entry, kept)), objects: kept.length }
}
