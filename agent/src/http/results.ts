/**
 * What the pipeline and the detection strategies found, for those who ask by camera: decoded only while somebody does. Whoever reads too slowly loses
 * the oldest, and is told how many.
 */
import { decodeFrameBatch } from '@vedette/protocol'
import { type Result, resultOf } from './result.ts'

/** As the engine packs them: entry i is bytes[offsets[i] … offsets[i + 1]], of catalog index cameras[i]. */
export interface PackedFrames {
  bytes: Uint8Array
  offsets: Uint32Array
  cameras: Uint32Array
}

/** What indices in frames mean now. */
export interface Names {
  /** Null where there is no camera of that index any more. */
  cameraAt(index: number): string | null
  classes: readonly string[]
  /** Name and version; null decodes only. */
  model: string | null
}

type Listener = (result: Result) => void

export class Results {
  readonly #listeners = new Map<string, Set<Listener>>()

  /** Calls `listener` with each result of a camera until what it returns is called. */
  listen(camera: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(camera) ?? new Set()
    this.#listeners.set(camera, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(camera) === listeners) this.#listeners.delete(camera)
    }
  }

  /** `strategy` found them; null: the model. */
  add({ bytes, offsets, cameras }: PackedFrames, names: Names, strategy: string | null): void {
    if (this.#listeners.size === 0) return
    for (let i = 0; i < cameras.length; i++) {
      const camera = names.cameraAt(cameras[i]!)
      const listeners = camera ? this.#listeners.get(camera) : undefined
      if (!camera || !listeners) continue
      const [frame] = decodeFrameBatch(bytes.subarray(offsets[i]!, offsets[i + 1]!)).frames
      if (!frame) continue
      const result = resultOf(frame, { camera, strategy, classes: names.classes, model: names.model })
      for (const listener of listeners) listener(result)
    }
  }
}
