/**
 * Main streams of cameras that are analysed on a sub-stream: connected, for pictures only, while somebody looks. Until one
 * is there, and when it does not come, pictures are the sub-stream's. Runs in the engine process.
 */
import type { Id } from '@vedette/protocol'
import { mainOf } from '../channel/engine_config.ts'
import { Streams, type StreamsOptions } from './streams.ts'
import type { CameraSupervision } from './supervision.ts'
import type { Live } from './taps.ts'

export interface MainStreamsOptions
  extends Pick<StreamsOptions, 'pipeline' | 'probe' | 'adaptsLatency' | 'latencyChanged'> {
  /** The main stream of a camera, named `mainOf(camera)`; null when it has none, or is not there. */
  sourceOf(camera: Id): ReturnType<StreamsOptions['sourceOf']> | null
  /** Its pictures come from elsewhere now. */
  moved(camera: Id): void
  /** In words: it does not come, and why. */
  missing(camera: Id, reason: string): void
}

export class MainStreams {
  readonly #options: MainStreamsOptions
  readonly #streams: Streams
  readonly #looking = new Map<Id, number>()
  readonly #waiting = new Set<() => void>()

  constructor(options: MainStreamsOptions) {
    this.#options = options
    this.#streams = new Streams({
      ...options,
      sourceOf: (key) => options.sourceOf(cameraOf(key)) ?? undefined,
      adaptsLatency: (key) => options.adaptsLatency(cameraOf(key)),
      latencyChanged: (key, words) => options.latencyChanged(cameraOf(key), `main stream: ${words}`),
      changed: (key, now, was) => this.#changed(cameraOf(key), now, was),
      leaving: (key) => options.moved(cameraOf(key))
    })
  }

  /** Somebody looks, until the function that it gives is called. */
  look(camera: Id): () => void {
    this.#looking.set(camera, (this.#looking.get(camera) ?? 0) + 1)
    this.renew(camera)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      const others = this.#looking.get(camera)! - 1
      if (others > 0) return void this.#looking.set(camera, others)
      this.#looking.delete(camera)
      this.#streams.remove(mainOf(camera))
    }
  }

  /** The camera is there, or there again. */
  renew(camera: Id): void {
    const source = this.#options.sourceOf(camera)
    if (source && this.#looking.has(camera) && !this.#streams.has(source.name)) this.#streams.add(source, true)
  }

  /** The camera goes, or another takes its place. */
  remove(camera: Id): void {
    this.#streams.remove(mainOf(camera))
  }

  liveOf(camera: Id): Live | undefined {
    return this.#streams.liveOf(mainOf(camera))
  }

  /** Resolves when the main stream is there, or known not to come, or after the limit. */
  async settled(camera: Id, limitMs: number): Promise<void> {
    const isComing = () => this.#streams.stateOf(mainOf(camera)) === 'connecting'
    if (!isComing()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = () => isComing() || resolve()
    this.#waiting.add(look)
    const limit = setTimeout(resolve, limitMs)
    await promise
    clearTimeout(limit)
    this.#waiting.delete(look)
  }

  event(event: Parameters<Streams['event']>[0]): void {
    this.#streams.event(event)
  }

  stats(sources: Parameters<Streams['stats']>[0]): void {
    this.#streams.stats(sources)
  }

  tick(): void {
    this.#streams.tick()
  }

  close(): void {
    this.#streams.close()
  }

  #changed(camera: Id, { state, cause, reason }: CameraSupervision, was: CameraSupervision | undefined): void {
    if (state === was?.state) return
    if (state === 'live') this.#options.moved(camera)
    // Not again for every try.
    else if (cause !== null && !was?.cause) this.#options.missing(camera, reason)
    for (const look of [...this.#waiting]) look()
  }
}

function cameraOf(key: string): Id {
  return key.slice(0, -mainOf('').length)
}
