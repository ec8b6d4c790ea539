/** Native frames as the agent gets them: only of cameras that are still there, with their catalog index, filtered. */
import type { Frames } from '@vedette/native'
import type { Id } from '@vedette/protocol'
import type { EngineFrames } from '../channel/status.ts'
import type { CameraFilter } from './camera_filter.ts'

export interface Cast {
  cameraAt(slot: number, generation: number): { camera: Id; index: number } | undefined
  filterOf(camera: Id): CameraFilter | null
}

export function currentFrames(frames: Frames, cast: Cast): EngineFrames {
  const { bytes, offsets, slots, generations, objects, ptsNs } = frames
  const cameras = new Uint32Array(slots.length)
  for (let i = 0; i < slots.length; i++) {
    const at = cast.cameraAt(slots[i]!, generations[i]!)
    if (!at || cast.filterOf(at.camera) !== null) return rebuilt(frames, cast)
    cameras[i] = at.index
  }
  return { bytes, offsets, objects, ptsNs, cameras }
}

function rebuilt(frames: Frames, { cameraAt, filterOf }: Cast): EngineFrames {
  const parts: Buffer[] = []
  const offsets = [0]
  const cameras: number[] = []
  const objects: number[] = []
  const ptsNs: bigint[] = []
  for (let i = 0; i < frames.slots.length; i++) {
    const at = cameraAt(frames.slots[i]!, frames.generations[i]!)
    if (!at) continue
    const raw = frames.bytes.subarray(frames.offsets[i]!, frames.offsets[i + 1]!)
    const filter = filterOf(at.camera)
    const kept = filter === null ? { entry: raw, objects: frames.objects[i]! } : filter.apply(raw)
    parts.push(kept.entry)
    offsets.push(offsets.at(-1)! + kept.entry.length)
    cameras.push(at.index)
    objects.push(kept.objects)
    ptsNs.push(frames.ptsNs[i]!)
  }
  return {
    bytes: Buffer.concat(parts),
    offsets: Uint32Array.from(offsets),
    cameras: Uint32Array.from(cameras),
    objects: Uint32Array.from(objects),
    ptsNs: BigUint64Array.from(ptsNs)
  }
}
