/**
 * Pictures through the same pipeline that looks at cameras: each goes into one of as many `push` sources as a batch has
 * pictures, and is found again by its timestamp. What comes while an inference runs is in the next one together.
 */
import type { DecodedPicture, Frames, NativeAddon, Pipeline, PipelineError } from '@vedette/native'
import { decodeFrameBatch, type Frame } from '@vedette/protocol'
import type { ImageLimits, ImageModels } from '../messages.ts'
import type { Canvas } from './canvas.ts'
import { PictureFault } from './picture_fault.ts'

export interface ImagePipelineOptions {
  addon: NativeAddon
  models: ImageModels
  limits: ImageLimits
  canvas: Canvas
  /** It cannot go on: the process should end. */
  fatal(error: PipelineError): void
}

interface Looking {
  slot: Slot
  resolve(frame: Frame): void
  reject(error: Error): void
  limit: NodeJS.Timeout
}

interface Slot {
  slot: number
  /** Given and not yet seen. */
  pending: number
  /** Of them, those that its source has had no room for yet, in order: their times must rise. */
  queue: { picture: Buffer | DecodedPicture; ptsNs: bigint }[]
}

/** In a slot one is looked at while the next one waits: the mux never does. */
const PENDING_IN_SLOT = 2
const LOOK_LIMIT_MS = 20_000
const PUSH_AGAIN_MS = 5
const PTS_STEP_NS = 1_000_000n

export class ImagePipeline {
  readonly #options: ImagePipelineOptions
  readonly #slots: Slot[] = []
  readonly #looking = new Map<bigint, Looking>()
  readonly #waiting: (() => void)[] = []
  #pipeline: Pipeline | null = null
  #takesAnySize = false
  #ptsNs = 0n

  constructor(options: ImagePipelineOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { addon, models, limits, canvas } = this.#options
    const { width, height } = canvas
    const family = models.family === 'auto' ? addon.capabilities().family : models.family
    const pipeline = addon.createPipeline(
      {
        family,
        maxSources: limits.maxBatch,
        batchedPushTimeoutUs: Math.max(1, Math.round(limits.maxWaitMs * 1000)),
        width,
        height,
        stages: models.stages,
        tracker: null,
        inferThreads: limits.threads,
        framePaceMs: 0
      },
      {
        frames: (frames) => this.#frames(frames),
        source: () => undefined,
        stats: () => undefined,
        error: (error) => {
          if (error.fatal) this.#options.fatal(error)
        }
      }
    )
    this.#pipeline = pipeline
    this.#takesAnySize = family === 'cpu'
    await pipeline.start()
    for (let index = 0; index < limits.maxBatch; index++) {
      const { slot } = await pipeline.addSource({
        name: `picture ${index}`,
        index,
        input: { kind: 'push', width, height, format: 'RGB' },
        policy: 'every-frame',
        maxAnalysedFps: 0
      })
      this.#slots.push({ slot, pending: 0, queue: [] })
    }
  }

  /** Whether each picture may have a size of its own: NVIDIA's mux would make its buffers anew for each. */
  get takesAnySize(): boolean {
    return this.#takesAnySize
  }

  /** `picture`: RGB of the whole canvas, or one of any size where it takes them. Rejects with a PictureFault. */
  async look(picture: Buffer | DecodedPicture): Promise<Frame> {
    const slot = await this.#freeSlot()
    this.#ptsNs += PTS_STEP_NS
    const ptsNs = this.#ptsNs
    try {
      return await new Promise<Frame>((resolve, reject) => {
        const late = () =>
          reject(new PictureFault('failed', `the model did not look at it within ${LOOK_LIMIT_MS / 1000} s`))
        this.#looking.set(ptsNs, { slot, resolve, reject, limit: setTimeout(late, LOOK_LIMIT_MS) })
        if (slot.queue.push({ picture, ptsNs }) === 1) this.#push(slot)
      })
    } finally {
      clearTimeout(this.#looking.get(ptsNs)?.limit)
      this.#looking.delete(ptsNs)
      slot.pending--
      this.#waiting.shift()?.()
    }
  }

  async stop(): Promise<void> {
    await this.#pipeline?.stop()
  }

  /** A source takes nothing until its thread has made it: soon. */
  #push(to: Slot): void {
    for (let [next] = to.queue; next !== undefined; [next] = to.queue) {
      const { picture, ptsNs } = next
      if (this.#looking.has(ptsNs) && !this.#pipeline?.push(to.slot, picture, ptsNs)) {
        setTimeout(() => this.#push(to), PUSH_AGAIN_MS)
        return
      }
      to.queue.shift()
    }
  }

  async #freeSlot(): Promise<Slot> {
    for (;;) {
      const [emptiest] = this.#slots.toSorted((a, b) => a.pending - b.pending)
      if (emptiest && emptiest.pending < PENDING_IN_SLOT) {
        emptiest.pending++
        return emptiest
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  #frames({ bytes, offsets, ptsNs }: Frames): void {
    for (let i = 0; i < ptsNs.length; i++) {
      const looking = this.#looking.get(ptsNs[i]!)
      const [frame] = decodeFrameBatch(bytes.subarray(offsets[i]!, offsets[i + 1]!)).frames
      if (frame) looking?.resolve(frame)
    }
  }
}
