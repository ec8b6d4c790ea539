/**
 * Streams that are kept connected: the supervision of a set of sources meets the pipeline, the clock and the network.
 * Runs in the engine process. A stream's key is the name of its source.
 */
import type { SourceDescription, SourceEvent, SourceStats } from '@vedette/native'
import type { CameraStats } from '../channel/status.ts'
import { Connections, type Slots } from './connections.ts'
import { bufferWords, connected, type JitterBuffer, newBuffer, seenLate } from './jitter_buffer.ts'
import { hostOf } from './probe.ts'
import {
  type Action,
  type CameraSupervision,
  nothingSupervised,
  type SupervisionInput,
  supervise
} from './supervision.ts'
import type { Live } from './taps.ts'

export interface StreamsOptions {
  pipeline: Slots
  /** Undefined when it is wanted no more. */
  sourceOf(key: string): SourceDescription | undefined
  /** Its settings leave the jitter buffer to us. */
  adaptsLatency(key: string): boolean
  /** What was decided of its jitter buffer, in words. */
  latencyChanged(key: string, words: string): void
  probe(host: string): Promise<boolean>
  changed(key: string, now: CameraSupervision, was: CameraSupervision | undefined): void
  /** It is live no more, its slot is about to go. */
  leaving(key: string): void
}

export class Streams {
  readonly #options: StreamsOptions
  readonly #connections: Connections
  readonly #buffers = new Map<string, JitterBuffer>()
  #supervision = nothingSupervised
  #isClosed = false

  constructor(options: StreamsOptions) {
    this.#options = options
    this.#connections = new Connections(options.pipeline, (key, message) => this.#couldNot(key, message))
  }

  has(key: string): boolean {
    return this.#supervision.cameras.has(key)
  }

  add(source: SourceDescription, isEnabled: boolean): void {
    this.#feed({ input: 'add', camera: source.name, isEnabled, host: hostOf(source.input) })
  }

  remove(key: string): void {
    if (this.#options.sourceOf(key) === undefined) this.#buffers.delete(key)
    this.#feed({ input: 'remove', camera: key })
  }

  /** As many frames of it are analysed as its source says now. */
  pace(key: string): void {
    const source = this.#options.sourceOf(key)
    if (source) this.#connections.pace(key, source.maxAnalysedFps)
  }

  tick(): void {
    this.#feed({ input: 'tick' })
  }

  /** What the sources say while all of it ends is no news of them. */
  close(): void {
    this.#isClosed = true
  }

  event(event: SourceEvent): void {
    const key = this.#connections.of(event)
    if (key === undefined) return
    const kind = this.#options.sourceOf(key)?.input.kind
    this.#feed({ input: 'source', camera: key, event, isFile: kind === 'file' || kind === 'http' })
  }

  /** Those of these streams, by key. */
  stats(sources: SourceStats[]): Record<string, CameraStats> {
    const own = Object.fromEntries(
      sources.flatMap((source) => {
        const found = this.at(source.slot, source.generation)
        return found ? [[found.camera, { ...source, jitterBufferMs: this.#buffer(found.camera, source) }] as const] : []
      })
    )
    for (const [camera, { lastFrameAgeMs, bitsPerSecond, keyframes }] of Object.entries(own))
      this.#feed({ input: 'age', camera, lastFrameAgeMs, bitsPerSecond, keyframes })
    return own
  }

  at(slot: number, generation: number): { camera: string; index: number } | undefined {
    return this.#connections.at(slot, generation)
  }

  stateOf(key: string): CameraSupervision['state'] | undefined {
    return this.#supervision.cameras.get(key)?.state
  }

  /** Where its pictures come from; undefined unless it is live. */
  liveOf(key: string): Live | undefined {
    const slot = this.#connections.slotOf(key)
    const supervised = this.#supervision.cameras.get(key)
    if (slot === undefined || supervised?.state !== 'live') return undefined
    // A source may be live before its size is told: 16:9 until then.
    return { slot, width: supervised.width ?? 1280, height: supervised.height ?? 720 }
  }

  #feed(input: SupervisionInput): void {
    if (this.#isClosed) return
    const before = this.#supervision
    const { state, actions } = supervise(before, input, { at: Date.now(), random: Math.random })
    this.#supervision = state
    for (const action of actions) this.#act(action)
    for (const [key, now] of state.cameras) {
      const was = before.cameras.get(key)
      if (was !== now) this.#options.changed(key, now, was)
    }
  }

  #act(action: Action): void {
    switch (action.do) {
      case 'connect': {
        const source = this.#options.sourceOf(action.camera)
        if (source) this.#connections.connect(action.camera, this.#buffered(action.camera, source))
        break
      }
      case 'disconnect':
        this.#options.leaving(action.camera)
        this.#connections.disconnect(action.camera)
        break
      case 'probe': {
        const { host } = action
        void this.#options.probe(host).then((isReachable) => this.#feed({ input: 'probe', host, isReachable }))
        break
      }
      default:
        action satisfies never
    }
  }

  /** As it is connected now. */
  #buffered(key: string, source: SourceDescription): SourceDescription {
    if (source.input.kind !== 'rtsp' || !this.#options.adaptsLatency(key)) return source
    const buffer = connected(this.#buffers.get(key) ?? newBuffer(Date.now()))
    this.#buffers.set(key, buffer)
    return { ...source, input: { ...source.input, latencyMs: buffer.nextMs } }
  }

  /** What the connection waits for late packets; null where there is no such buffer. */
  #buffer(key: string, { packetsLate }: SourceStats): number | null {
    const before = this.#buffers.get(key)
    if (!before) {
      const input = this.#options.sourceOf(key)?.input
      return input?.kind === 'rtsp' ? input.latencyMs : null
    }
    const now = seenLate(before, packetsLate, Date.now())
    this.#buffers.set(key, now)
    const words = bufferWords(before, now)
    if (words !== '') this.#options.latencyChanged(key, words)
    return now.currentMs
  }

  #couldNot(camera: string, message: string): void {
    this.#feed({ input: 'source', camera, event: { what: 'failed', failure: 'internal', message } })
  }
}
