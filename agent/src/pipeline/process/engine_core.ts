/**
 * The inside of the engine process: the native pipeline, driven by the supervision of its cameras. Pure decisions are
 * made elsewhere; here they meet the pipeline, the clock and the network.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Frames, NativeAddon, Picture, Pipeline, PipelineError, PipelineStats, SourceEvent } from '@vedette/native'
import type { Id } from '@vedette/protocol'
import { type EngineCamera, type EngineConfig, heldStages, stagesOf } from '../channel/engine_config.ts'
import type { FromEngine } from '../channel/messages.ts'
import type { StageSwap } from '../channel/model_swap.ts'
import type { EngineFrames } from '../channel/status.ts'
import { MainStreams } from '../sources/main_streams.ts'
import { Streams } from '../sources/streams.ts'
import type { CameraSupervision } from '../sources/supervision.ts'
import { scaled, type Tapping, Taps } from '../sources/taps.ts'
import { type CameraFilter, filtersOf } from './camera_filter.ts'
import { currentFrames } from './current_frames.ts'
import { PushTimeout } from './push_timeout.ts'

export interface EngineCoreOptions {
  addon: NativeAddon
  tell(message: FromEngine): void
  frames(frames: EngineFrames): void
  picture(purpose: 'tap' | 'snapshot', id: number, picture: Picture): void
  /** The pipeline cannot go on: the process should end. */
  fatal(error: PipelineError): void
  probe(host: string): Promise<boolean>
  /** Raw messages that the channel has thrown away. */
  channelDropped(): number
}

/** Fine enough for releases 100 ms apart, cheap enough for 256 cameras. */
const TICK_MS = 50
/** The graph is drawn for the next fall; not each time when 256 cameras come at once. */
const DRAW_AFTER_MS = 500
/** A pipeline that failed is drawn once more, if it still can be. */
const LAST_DRAW_LIMIT_MS = 500
/** Of the time for a snapshot, how much a main stream may take to come. */
const MAIN_STREAM_SHARE = 0.6

export class EngineCore {
  readonly #options: EngineCoreOptions
  #config: EngineConfig | null = null
  #pipeline: Pipeline | null = null
  /** What is analysed. */
  #streams: Streams | null = null
  #mains: MainStreams | null = null
  #taps: Taps | null = null
  #clock: NodeJS.Timeout | null = null
  #drawing: NodeJS.Timeout | null = null
  #filters: ReadonlyMap<Id, CameraFilter> = new Map()
  #framesDropped = 0
  #pushTimeout: PushTimeout | null = null

  constructor(options: EngineCoreOptions) {
    this.#options = options
  }

  /** The first one makes the pipeline; the later ones touch only the cameras that differ. */
  async configure(config: EngineConfig): Promise<void> {
    if (this.#pipeline === null) return this.#begin(config)
    const before = this.#config!
    this.#config = config
    this.#filters = filtersOf(config.cameras, this.#filters)
    this.#setStages(this.#pipeline, before, config)
    for (const [id, was] of Object.entries(before.cameras)) {
      const now = config.cameras[id]
      if (!now || !isSameSource(now, was)) this.#remove(id)
      else if (now.source.maxAnalysedFps !== was.source.maxAnalysedFps) this.#streams?.pace(id)
    }
    this.#addMissing()
  }

  /** One after the other; what fails leaves the old model, and a pipeline beside is the way out. */
  async swap(config: EngineConfig, swaps: readonly StageSwap[]): Promise<void> {
    try {
      for (const { stage, update } of swaps) await this.#pipeline?.updateModel(stage, update)
    } catch (error) {
      this.#options.tell({ say: 'swapped', failure: messageOf(error) })
      return
    }
    await this.configure(config)
    this.#options.tell({ say: 'swapped', failure: null })
  }

  openTap(tap: number, tapping: Tapping): void {
    this.#taps?.open(tap, tapping)
  }

  closeTap(tap: number): void {
    this.#taps?.close(tap)
  }

  async snapshot(request: number, camera: Id, options: { width: number | null; limitMs: number }): Promise<void> {
    const until = Date.now() + options.limitMs
    const leave = this.#mains?.look(camera)
    try {
      await this.#mains?.settled(camera, options.limitMs * MAIN_STREAM_SHARE)
      this.#options.picture('snapshot', request, await this.#firstPicture(camera, options.width, until))
    } catch (error) {
      this.#options.tell({ say: 'snapshot-failed', request, message: messageOf(error) })
    } finally {
      leave?.()
    }
  }

  async stop(): Promise<void> {
    this.#close()
    if (this.#clock) clearInterval(this.#clock)
    this.#clock = null
    if (this.#drawing) clearTimeout(this.#drawing)
    this.#drawing = null
    await this.#pipeline?.stop()
  }

  async #begin(config: EngineConfig): Promise<void> {
    const { family, model: _, stages: __, networks: ___, pushTimeoutIsFixed, ...rest } = config.pipeline
    const description = {
      ...rest,
      family: family === 'auto' ? this.#options.addon.capabilities().family : family,
      stages: stagesOf(config)
    }
    try {
      const pipeline = this.#options.addon.createPipeline(description, {
        frames: (frames) => this.#frames(frames),
        source: (event) => this.#source(event),
        stats: (stats) => this.#stats(stats),
        error: (error) => this.#error(error)
      })
      for (const stage of heldStages(config)) pipeline.setHeld(stage, true)
      this.#config = config
      this.#filters = filtersOf(config.cameras, this.#filters)
      this.#pipeline = pipeline
      this.#pushTimeout = pushTimeoutIsFixed ? null : new PushTimeout(rest.batchedPushTimeoutUs)
      const { probe } = this.#options
      const adaptsLatency = (camera: Id) => this.#config?.cameras[camera]?.adaptsLatency ?? false
      const latencyChanged = (camera: Id, words: string) => this.#warn(camera, `${camera}: ${words}`)
      this.#streams = new Streams({
        ...{ pipeline, probe },
        sourceOf: (camera) => this.#config?.cameras[camera]?.source,
        adaptsLatency,
        latencyChanged,
        changed: (camera, now, was) => this.#changed(camera, now, was),
        leaving: (camera) => this.#taps?.settle(camera)
      })
      const mains = new MainStreams({
        ...{ pipeline, probe },
        sourceOf: (camera) => this.#config?.cameras[camera]?.main,
        adaptsLatency,
        latencyChanged,
        moved: (camera) => this.#taps?.settle(camera),
        missing: (camera, reason) => this.#tellMissing(camera, reason)
      })
      this.#mains = mains
      this.#taps = new Taps({
        pipeline,
        analysedOf: (camera) => this.#streams?.liveOf(camera),
        shownOf: (camera) => mains.liveOf(camera) ?? this.#streams?.liveOf(camera),
        look: (camera) => mains.look(camera),
        onPicture: (tap, picture) => this.#options.picture('tap', tap, picture)
      })
      await pipeline.start()
    } catch (error) {
      void this.#die(asPipelineError(error))
      return
    }
    this.#options.tell({ say: 'running', model: config.pipeline.model })
    this.#addMissing()
    this.#clock = setInterval(() => this.#tick(), TICK_MS)
  }

  #setStages(pipeline: Pipeline, before: EngineConfig, now: EngineConfig): void {
    const were = stagesOf(before)
    for (const [i, { id, interval }] of stagesOf(now).entries())
      if (interval !== were[i]?.interval) pipeline.setInterval(id, interval)
    const wereHeld = heldStages(before)
    const held = heldStages(now)
    for (const { id } of now.pipeline.stages)
      if (held.includes(id) !== wereHeld.includes(id)) pipeline.setHeld(id, held.includes(id))
  }

  #addMissing(): void {
    for (const [camera, { enabled, source }] of Object.entries(this.#config!.cameras)) {
      if (this.#streams?.has(camera)) continue
      this.#streams?.add(source, enabled)
      this.#mains?.renew(camera)
    }
  }

  #remove(camera: Id): void {
    this.#mains?.remove(camera)
    this.#streams?.remove(camera)
  }

  #tick(): void {
    this.#streams?.tick()
    this.#mains?.tick()
  }

  #close(): void {
    this.#streams?.close()
    this.#mains?.close()
  }

  #changed(camera: Id, now: CameraSupervision, before: CameraSupervision | undefined): void {
    const { state, since, reason, nextTryAt, codec, width, height } = now
    const was = before?.state ?? 'idle'
    if (state === 'live' && was !== 'live') this.#taps?.settle(camera)
    if (state !== before?.state && this.#clock) this.#drawing ??= setTimeout(() => void this.#draw(), DRAW_AFTER_MS)
    const picture = {
      ...(codec === undefined ? {} : { codec }),
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height })
    }
    this.#options.tell({ say: 'camera', change: { camera, state, was, since, reason, nextTryAt, ...picture } })
  }

  #tellMissing(camera: Id, reason: string): void {
    this.#warn(camera, `main stream of ${camera}, pictures come from its sub-stream meanwhile. ${reason}`)
  }

  #warn(element: string, message: string, debug = ''): void {
    this.#options.tell({ say: 'error', error: { fatal: false, code: 'element', element, message, debug } })
  }

  /** Of the main stream if there is one, else of what is analysed. */
  async #firstPicture(camera: Id, width: number | null, until: number): Promise<Picture> {
    const lives = [this.#mains?.liveOf(camera), this.#streams?.liveOf(camera)].filter((live) => live !== undefined)
    let failure = new Error(
      `expected a live camera for a snapshot of ${camera}, it is ${this.#streams?.stateOf(camera) ?? 'unknown to this box'}`
    )
    for (const [i, live] of lives.entries()) {
      const limitMs = Math.max(1, Math.round((until - Date.now()) / (lives.length - i)))
      try {
        return await this.#pipeline!.snapshot({ slot: live.slot, ...scaled(live, width), quality: 85, limitMs })
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error))
      }
    }
    throw failure
  }

  #frames(frames: Frames): void {
    this.#framesDropped += frames.dropped
    const current = currentFrames(frames, {
      cameraAt: (slot, generation) => this.#streams?.at(slot, generation),
      filterOf: (camera) => this.#filters.get(camera) ?? null
    })
    if (current.cameras.length > 0) this.#options.frames(current)
  }

  #source(event: SourceEvent): void {
    const { what, name, element = '', message = '', debug } = event
    if (what === 'warned') this.#warn(element, `${name}: ${message}`, debug)
    this.#streams?.event(event)
    this.#mains?.event(event)
  }

  #stats(stats: PipelineStats): void {
    const cameras = this.#streams?.stats(stats.sources) ?? {}
    this.#mains?.stats(stats.sources)
    const us = this.#pushTimeout?.see(stats, (name) => this.#config?.cameras[name]?.source.policy === 'realtime')
    if (us) this.#pipeline?.setBatchedPushTimeout(us)
    const { uptimeMs, batches, stages, comparison } = stats
    const inferMs = stages[0]?.inferMs ?? -1
    const framesDropped = this.#framesDropped + this.#options.channelDropped()
    const own = { rssBytes: process.memoryUsage.rss(), framesDropped }
    this.#options.tell({
      say: 'stats',
      stats: { uptimeMs, inferMs, batches, stages, comparison, ...own, cameras }
    })
  }

  #error(error: PipelineError): void {
    if (!error.fatal) {
      this.#options.tell({ say: 'error', error })
      return
    }
    this.#close()
    void this.#die(error)
  }

  async #die(error: PipelineError): Promise<void> {
    const limit = new Promise((resolve) => setTimeout(resolve, LAST_DRAW_LIMIT_MS))
    await Promise.race([this.#draw(), limit])
    this.#options.fatal(error)
  }

  async #draw(): Promise<void> {
    this.#drawing = null
    const dot = await this.#pipeline?.graph().catch(() => '')
    if (dot) this.#options.tell({ say: 'graph', dot })
  }
}

/** What a filter takes out, and how many frames are analysed, may change without touching the source. */
function isSameSource(a: EngineCamera, b: EngineCamera): boolean {
  const streams = ({ source, main }: EngineCamera) =>
    [source, main].map((stream) => stream && { ...stream, maxAnalysedFps: 0 })
  return a.enabled === b.enabled && isDeepStrictEqual(streams(a), streams(b))
}

function asPipelineError(error: unknown): PipelineError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal'
  const known = (['model', 'element', 'plugin', 'metadata'] as const).find((name) => name === code)
  return { fatal: true, code: known ?? 'internal', element: '', message: messageOf(error), debug: '' }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
