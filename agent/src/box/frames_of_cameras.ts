/** Frames without those of streams that only this box's own API knows: the console was never told of them. Pure. */
import type { EngineFrames } from '../pipeline/channel/status.ts'

/** The same frames when none is taken out, which is the rule. */
export function framesOfCameras(frames: EngineFrames, isGuest: (index: number) => boolean): EngineFrames {
  const { bytes, offsets, cameras, objects, ptsNs } = frames
  if (!cameras.some(isGuest)) return frames
  const kept = [...cameras.keys()].filter((i) => !isGuest(cameras[i]!))
  const parts = kept.map((i) => bytes.subarray(offsets[i]!, offsets[i + 1]!))
  const ends = new Uint32Array(kept.length + 1)
  for (const [i, part] of parts.entries()) ends[i + 1] = ends[i]! + part.length
  return {
    bytes: Buffer.concat(parts),
    offsets: ends,
    cameras: Uint32Array.from(kept, (i) => cameras[i]!),
    objects: Uint32Array.from(kept, (i) => objects[i]!),
    ptsNs: BigUint64Array.from(kept, (i) => ptsNs[i]!)
  }
}
