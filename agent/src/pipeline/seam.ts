/**
 * Where the frames of one pipeline end and those of the next begin: per camera none comes twice, none out of order, and
 * the time between the last of the one and the first of the other is measured, in capture time.
 */
import { decodeFrameBatch } from '@vedette/protocol'
import type { EngineFrames } from './channel/status.ts'

/** `gapsMs` by catalog index; `missing` have not come again inside the limit. */
export type Told = (gapsMs: ReadonlyMap<number, number>, missing: readonly number[]) => void

/** A camera that has not come by then may be away for reasons of its own. */
const LIMIT_MS = 30_000

export class Seam {
  /** By catalog index: the entry that was passed on last. */
  readonly #last = new Map<number, Buffer>()
  /** By catalog index, in microseconds: when the old pipeline's last frame was captured. Those whose next is to come. */
  readonly #open = new Map<number, number>()
  #gapsMs = new Map<number, number>()
  #limit: NodeJS.Timeout | null = null
  #told: Told | null = null

  /** Frames of the pipeline in charge: those to pass on. */
  pass(frames: EngineFrames): EngineFrames {
    const kept = this.#open.size === 0 ? frames : this.#cross(frames)
    const { bytes, offsets, cameras } = kept
    for (let i = 0; i < cameras.length; i++) this.#last.set(cameras[i]!, bytes.subarray(offsets[i]!, offsets[i + 1]!))
    return kept
  }

  /** What comes from now on is of another pipeline. `told` once, when all cameras have come or the limit is over. */
  cut(told: Told): void {
    this.close()
    this.#gapsMs = new Map()
    for (const [camera, entry] of this.#last) {
      const capturedUs = decodeFrameBatch(entry).frames[0]?.capturedUs
      if (capturedUs !== undefined) this.#open.set(camera, capturedUs)
    }
    this.#last.clear()
    if (this.#open.size === 0) return
    this.#told = told
    this.#limit = setTimeout(() => this.#tell(), LIMIT_MS)
  }

  /** Measures no more, and tells of nothing. */
  close(): void {
    if (this.#limit) clearTimeout(this.#limit)
    this.#told = null
    this.#open.clear()
  }

  #tell(): void {
    const told = this.#told
    const missing = [...this.#open.keys()]
    this.close()
    told?.(this.#gapsMs, missing)
  }

  #cross(frames: EngineFrames): EngineFrames {
    const { bytes, offsets, cameras } = frames
    const kept: number[] = []
    for (let i = 0; i < cameras.length; i++) {
      const camera = cameras[i]!
      const lastUs = this.#open.get(camera)
      if (lastUs !== undefined) {
        const entry = bytes.subarray(offsets[i]!, offsets[i + 1]!)
        const capturedUs = decodeFrameBatch(entry).frames[0]?.capturedUs ?? lastUs
        if (capturedUs <= lastUs) continue
        this.#open.delete(camera)
        this.#gapsMs.set(camera, Math.round((capturedUs - lastUs) / 1000))
      }
      kept.push(i)
    }
    if (this.#open.size === 0) this.#tell()
    return kept.length === cameras.length ? frames : only(frames, kept)
  }
}

function only({ bytes, offsets, cameras, objects, ptsNs }: EngineFrames, kept: number[]): EngineFrames {
  const parts = kept.map((i) => bytes.subarray(offsets[i]!, offsets[i + 1]!))
  const ends = [0]
  for (const part of parts) ends.push(ends.at(-1)! + part.length)
  return {
    bytes: Buffer.concat(parts),
    offsets: Uint32Array.from(ends),
    cameras: Uint32Array.from(kept, (i) => cameras[i]!),
    objects: Uint32Array.from(kept, (i) => objects[i]!),
    ptsNs: BigUint64Array.from(kept, (i) => ptsNs[i]!)
  }
}
