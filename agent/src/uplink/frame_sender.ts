/**
 * Joins the encoded frames of watched cameras into batches and sends them, or drops them: never queues, never decodes.
 * A batch that was dropped here has used its sequence number, so the other end counts it as lost.
 */
import { encodeBatchHeader } from '@vedette/protocol'

const BATCH_FRAMES = 32
const BATCH_MS = 100

export interface FrameSenderOptions {
  /** False when the network does not take it now. */
  send(batch: Uint8Array): boolean
  dropped(frames: number): void
}

/** Encoded `frames` fields, entry i is bytes[offsets[i] … offsets[i + 1]] of camera cameras[i]. */
export interface PackedFrames {
  bytes: Uint8Array
  offsets: Uint32Array
  cameras: Uint32Array
}

export class FrameSender {
  readonly #options: FrameSenderOptions
  #wanted: ReadonlySet<number> = new Set()
  #catalog = ''
  #sequence = 0
  #parts: Uint8Array[] = []
  #frames = 0
  #timer: NodeJS.Timeout | null = null

  constructor(options: FrameSenderOptions) {
    this.#options = options
  }

  /** Catalog indices of the cameras to send. */
  want(cameras: ReadonlySet<number>): void {
    this.#wanted = cameras
  }

  /** Frames of the catalog before go out under its own name. */
  name(catalog: string): void {
    if (catalog === this.#catalog) return
    this.flush()
    this.#catalog = catalog
  }

  newSession(): void {
    this.stop()
    this.#sequence = 0
  }

  add({ bytes, offsets, cameras }: PackedFrames): void {
    if (this.#wanted.size === 0) return
    let start = 0
    // Neighbours go as one range: with every camera wanted a whole message is one part.
    for (let i = 0; i < cameras.length; i++) {
      if (!this.#wanted.has(cameras[i]!)) {
        this.#take(bytes, offsets[start]!, offsets[i]!, i - start)
        start = i + 1
      } else if (this.#frames + i + 1 - start >= BATCH_FRAMES) {
        this.#take(bytes, offsets[start]!, offsets[i + 1]!, i + 1 - start)
        this.flush()
        start = i + 1
      }
    }
    this.#take(bytes, offsets[start]!, offsets[cameras.length]!, cameras.length - start)
    if (this.#frames > 0) this.#timer ??= setTimeout(() => this.flush(), BATCH_MS)
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#frames === 0) return
    const batch = Buffer.concat([encodeBatchHeader(this.#catalog, ++this.#sequence), ...this.#parts])
    if (!this.#options.send(batch)) this.#options.dropped(this.#frames)
    this.#parts = []
    this.#frames = 0
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#parts = []
    this.#frames = 0
  }

  #take(bytes: Uint8Array, from: number, to: number, frames: number): void {
    if (frames <= 0) return
    this.#parts.push(bytes.subarray(from, to))
    this.#frames += frames
  }
}
