/**
 * Single pictures: looked at by the models that look at the cameras, in a process of its own, so that neither a model
 * under load nor a picture that brings down its decoder holds up a camera (design/http.md). The process starts with the
 * first picture and ends some minutes after the last, unless it always runs.
 */
import { isDeepStrictEqual } from 'node:util'
import { fell, noFalls, type Restarts } from '../restarts.ts'
import { ImageFault } from './image_fault.ts'
import { type Answered, type ImageJob, ImageRun } from './image_run.ts'
import type { DrawnObject, ImageLimits, ImageModels } from './messages.ts'

export interface ImageEngineOptions {
  /** image_main.ts in the checkout, the bundled images.js elsewhere. */
  entry: string
  /** For tests: a module that takes the addon's place. */
  addon?: string
  limits: ImageLimits
  /** Pictures that wait for an answer at most. */
  maxWaiting: number
  /** From the start on. */
  always: boolean
  /** Default: five minutes. */
  idleMs?: number
  log(line: string): void
}

export interface ImageCounts {
  waiting: number
  inferred: number
  failed: number
  refused: number
}

const IDLE_MS = 300_000
/** Of all pictures that wait, whatever their number. */
const WAITING_BYTES = 256 * 1024 * 1024
const NONE: ImageModels = { family: 'auto', stages: [], labels: [], model: null }

export class ImageEngine {
  readonly #options: ImageEngineOptions
  readonly #waiting: ImageJob[] = []
  #models: ImageModels = NONE
  #run: ImageRun | null = null
  #restarts: Restarts = noFalls
  /** While it waits to be started again: why it fell. */
  #fallen: string | null = null
  #retry: NodeJS.Timeout | null = null
  #idle: NodeJS.Timeout | null = null
  #isStopped = true
  #open = 0
  #openBytes = 0
  #counts = { inferred: 0, failed: 0, refused: 0 }
  #retiring: Promise<unknown> = Promise.resolve()

  constructor(options: ImageEngineOptions) {
    this.#options = options
  }

  get counts(): ImageCounts {
    return { waiting: this.#open, ...this.#counts }
  }

  get model(): string | null {
    return this.#models.model
  }

  get pid(): number | null {
    return this.#run?.pid ?? null
  }

  start(): void {
    this.#isStopped = false
    this.#keep()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#retry) clearTimeout(this.#retry)
    if (this.#idle) clearTimeout(this.#idle)
    const run = this.#run
    this.#run = null
    for (const { reject } of this.#waiting.splice(0)) reject(new ImageFault('down', 'the box is stopping'))
    await run?.stop()
    await this.#retiring
  }

  /** The models that look at the cameras from now on. What was asked before is answered by those before. */
  use(models: ImageModels): void {
    if (isDeepStrictEqual(models, this.#models)) return
    this.#models = models
    this.#restarts = noFalls
    const old = this.#run
    this.#run = null
    if (old) this.#retiring = Promise.all([this.#retiring, old.retire()])
    this.#keep()
  }

  /** Room for pictures, before their bytes are read; what it returns gives it back. Throws an ImageFault. */
  admit(pictures: number, bytes: number): () => void {
    const { maxWaiting } = this.#options
    if (this.#open + pictures > maxWaiting || (this.#openBytes > 0 && this.#openBytes + bytes > WAITING_BYTES)) {
      this.#counts.refused += pictures
      throw new ImageFault(
        'busy',
        `expected at most ${maxWaiting} pictures of ${WAITING_BYTES >> 20} MiB at the same time; try again in a second`
      )
    }
    this.#open += pictures
    this.#openBytes += bytes
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      this.#open -= pictures
      this.#openBytes -= bytes
    }
  }

  /** Rejects with an ImageFault. */
  async infer(bytes: Buffer, { annotate, signal }: { annotate: boolean; signal: AbortSignal }) {
    if (this.#models.stages.length === 0) {
      throw new ImageFault('no-model', 'This box runs no model: set analysis.model, or give it one on its console.')
    }
    const { labels, model } = this.#models
    try {
      const { answer, jpeg } = await this.#do({ do: 'infer', annotate }, bytes, signal)
      this.#counts.inferred++
      const objects = answer.objects.map(({ classId, ...object }) => ({
        label: labels[classId] ?? `class ${classId}`,
        ...object
      }))
      return { width: answer.width, height: answer.height, model, objects, jpeg }
    } catch (error) {
      this.#counts.failed++
      throw error
    }
  }

  /** Boxes onto a JPEG. Rejects with an ImageFault. */
  async draw(jpeg: Buffer, objects: DrawnObject[], signal: AbortSignal): Promise<Buffer> {
    const drawn = await this.#do({ do: 'draw', objects }, jpeg, signal)
    return drawn.jpeg ?? jpeg
  }

  #do(asked: ImageJob['asked'], bytes: Buffer, signal: AbortSignal): Promise<Answered> {
    if (this.#isStopped) return Promise.reject(new ImageFault('down', 'the box is stopping'))
    if (this.#fallen !== null) return Promise.reject(new ImageFault('down', this.#fallen))
    if (signal.aborted) return Promise.reject(new ImageFault('aborted', 'whoever asked has gone'))
    return new Promise<Answered>((resolve, reject) => {
      const job: ImageJob = { asked, bytes, resolve, reject }
      const leave = () => {
        const at = this.#waiting.indexOf(job)
        if (at >= 0) this.#waiting.splice(at, 1)
        reject(new ImageFault('aborted', 'whoever asked has gone'))
      }
      signal.addEventListener('abort', leave, { once: true })
      job.resolve = (answered) => {
        signal.removeEventListener('abort', leave)
        resolve(answered)
      }
      job.reject = (error) => {
        signal.removeEventListener('abort', leave)
        reject(error)
      }
      this.#waiting.push(job)
      this.#pump()
    })
  }

  #pump(): void {
    const run = this.#run ?? this.#spawn()
    while (run.hasRoom) {
      const job = this.#waiting.shift()
      if (!job) break
      run.ask(job)
    }
    this.#rest()
  }

  #spawn(): ImageRun {
    const { entry, addon, limits, log } = this.#options
    const run: ImageRun = new ImageRun(
      {
        ...{ entry, addon, env: undefined, limits, log, models: this.#models },
        called: 'The process that looks at pictures'
      },
      {
        roomy: () => {
          if (this.#run === run) this.#pump()
        },
        ended: (reason) => {
          if (this.#run === run) this.#fell(run, reason)
        }
      }
    )
    this.#run = run
    run.start()
    return run
  }

  #fell(run: ImageRun, reason: string): void {
    this.#run = null
    const after = fell(this.#restarts, run.ranForMs, Math.random())
    this.#restarts = after.restarts
    this.#fallen = reason
    this.#options.log(reason)
    for (const { reject } of this.#waiting.splice(0)) reject(new ImageFault('down', reason))
    this.#retry = setTimeout(() => {
      this.#fallen = null
      this.#keep()
    }, after.delayMs)
  }

  /** Whatever always runs is there before it is asked. */
  #keep(): void {
    if (this.#options.always && !this.#isStopped && this.#models.stages.length > 0 && !this.#run && !this.#fallen)
      this.#spawn()
  }

  /** Nobody asks any more: its memory is given back. */
  #rest(): void {
    if (this.#idle) clearTimeout(this.#idle)
    if (this.#options.always) return
    this.#idle = setTimeout(() => {
      const run = this.#run
      this.#run = null
      if (run) this.#retiring = Promise.all([this.#retiring, run.retire()])
    }, this.#options.idleMs ?? IDLE_MS).unref()
  }
}
