/** One process that looks at pictures, and what it was asked and has not answered yet. */
import { CONTROL } from '../channel/channel.ts'
import { EngineProcess, type EngineProcessOptions } from '../engine_process.ts'
import { ImageFault } from './image_fault.ts'
import {
  type FromImages,
  IMAGE,
  type ImageAnswer,
  type ImageLimits,
  type ImageModels,
  type ImageRequest,
  packImage,
  unpackImage
} from './messages.ts'

export interface Answered {
  answer: Exclude<ImageAnswer, { failure: unknown }>
  /** The drawn picture where one was asked for. */
  jpeg: Buffer | null
}

type Asked = ImageRequest extends infer R ? (R extends unknown ? Omit<R, 'request'> : never) : never

export interface ImageJob {
  asked: Asked
  bytes: Buffer
  resolve(answered: Answered): void
  reject(error: Error): void
}

export interface ImageRunHandlers {
  /** There is room for another job. */
  roomy(): void
  /** Once, with the reason in words; not after `stop`. */
  ended(reason: string): void
}

/** A drawn picture or a decoded one takes its time; that of a whole window must not be taken for a hang. */
const STOP_AFTER_MS = 10_000

export class ImageRun {
  readonly models: ImageModels
  readonly #limits: ImageLimits
  readonly #process: EngineProcess
  readonly #handlers: ImageRunHandlers
  readonly #asked = new Map<number, ImageJob>()
  readonly #startedAt = performance.now()
  #last = 0
  #trouble: string | null = null
  #idle: (() => void) | null = null

  constructor(
    options: EngineProcessOptions & { models: ImageModels; limits: ImageLimits },
    handlers: ImageRunHandlers
  ) {
    this.models = options.models
    this.#limits = options.limits
    this.#handlers = handlers
    this.#process = new EngineProcess(options, {
      message: (kind, payload) => this.#message(kind, payload),
      ended: (how) => this.#ended(this.#trouble ?? how)
    })
  }

  get pid(): number | null {
    return this.#process.pid
  }

  get ranForMs(): number {
    return performance.now() - this.#startedAt
  }

  /** Two batches in the pipeline and one being decoded. */
  get hasRoom(): boolean {
    return this.#asked.size < 3 * this.#limits.maxBatch
  }

  start(): void {
    this.#process.start()
    this.#process.send({ say: 'configure', models: this.models, limits: this.#limits })
  }

  ask(job: ImageJob): void {
    const request = ++this.#last
    this.#asked.set(request, job)
    this.#process.sendBytes(IMAGE, ...packImage({ ...job.asked, request }, job.bytes))
  }

  /** What it was asked is answered first. Resolves when the process is gone. */
  async retire(): Promise<void> {
    if (this.#asked.size > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
        setTimeout(resolve, STOP_AFTER_MS)
      })
    }
    await this.stop()
  }

  async stop(): Promise<void> {
    await this.#process.stop()
    this.#give(new ImageFault('down', 'the box is stopping, or its model is changing'))
  }

  #message(kind: number, payload: Buffer): void {
    if (kind === CONTROL) {
      const message = JSON.parse(payload.toString()) as FromImages
      if (message.say === 'unable') this.#trouble = `The model cannot look at pictures: ${message.message}`
      return
    }
    const { head, bytes } = unpackImage<ImageAnswer>(payload)
    const job = this.#asked.get(head.request)
    this.#asked.delete(head.request)
    if ('failure' in head) job?.reject(new ImageFault(head.failure, head.message))
    else job?.resolve({ answer: head, jpeg: bytes.length > 0 ? bytes : null })
    if (this.#asked.size === 0) this.#idle?.()
    this.#handlers.roomy()
  }

  #ended(reason: string): void {
    this.#give(new ImageFault('down', reason))
    this.#idle?.()
    this.#handlers.ended(reason)
  }

  #give(error: Error): void {
    const asked = [...this.#asked.values()]
    this.#asked.clear()
    for (const { reject } of asked) reject(error)
  }
}
