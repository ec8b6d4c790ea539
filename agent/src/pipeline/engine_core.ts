/**
 * The inside of the engine process: the native pipeline, driven by the supervision of its cameras. Pure decisions are
 * made elsewhere; here they meet the pipeline, the clock and the network.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Frames, NativeAddon, Picture, Pipeline, PipelineError, PipelineStats, SourceEvent } from '@vedette/native'
import type { Id } from '@vedette/protocol'
import { Connections } from './connections.ts'
import { currentFrames } from './current_frames.ts'
import { type EngineCamera, type EngineConfig, type ObjectFilter, stagesOf } from './engine_config.ts'
import type { FromEngine } from './messages.ts'
import type { StageSwap } from './model_swap.ts'
import { hostOf } from './probe.ts'
import type { EngineFrames } from './status.ts'
import { type Action, nothingSupervised, type SupervisionInput, supervise } from './supervision.ts'
import { type Live, scaled, Taps } from './taps.ts'

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

export class EngineCore {
  readonly #options: EngineCoreOptions
  #config: EngineConfig | null = null
  #pipeline: Pipeline | null = null
  #connections: Connections | null = null
  #taps: Taps | null = null
  #supervision = nothingSupervised
  #clock: NodeJS.Timeout | null = null
  #drawing: NodeJS.Timeout | null = null
  #framesDropped = 0
  /** What the sources say while all of it ends is no news of the cameras. */
  #isEnding = false

  constructor(options: EngineCoreOptions) {
    this.#options = options
  }

  /** The first one makes the pipeline; the later ones touch only the cameras that differ. */
  async configure(config: EngineConfig): Promise<void> {
    if (this.#pipeline === null) return this.#begin(config)
    const before = this.#config!
    this.#config = config
    const were = stagesOf(before)
    for (const [i, { id, interval }] of stagesOf(config).entries())
      if (interval !== were[i]?.interval) this.#pipeline.setInterval(id, interval)
    for (const id of Object.keys(before.cameras)) {
      if (!Object.hasOwn(config.cameras, id) || !isSameSource(config.cameras[id]!, before.cameras[id]!))
        this.#remove(id)
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

  openTap(tap: number, tapping: { camera: Id; width: number; maxFps: number }): void {
    this.#taps?.open(tap, tapping)
  }

  closeTap(tap: number): void {
    this.#taps?.close(tap)
  }

  async snapshot(request: number, camera: Id, options: { width: number | null; limitMs: number }): Promise<void> {
    const live = this.#liveOf(camera)
    if (!live || !this.#pipeline) {
      const state = this.#supervision.cameras.get(camera)?.state ?? 'unknown to this box'
      const message = `expected a live camera for a snapshot of ${camera}, it is ${state}`
      this.#options.tell({ say: 'snapshot-failed', request, message })
      return
    }
    try {
      const { limitMs } = options
      const size = scaled(live, options.width)
      const picture = await this.#pipeline.snapshot({ slot: live.slot, ...size, quality: 85, limitMs })
      this.#options.picture('snapshot', request, picture)
    } catch (error) {
      this.#options.tell({ say: 'snapshot-failed', request, message: messageOf(error) })
    }
  }

  async stop(): Promise<void> {
    this.#isEnding = true
    if (this.#clock) clearInterval(this.#clock)
    this.#clock = null
    if (this.#drawing) clearTimeout(this.#drawing)
    this.#drawing = null
    await this.#pipeline?.stop()
  }

  async #begin(config: EngineConfig): Promise<void> {
    const { family, model: _, stages: __, ...rest } = config.pipeline
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
      this.#config = config
      this.#pipeline = pipeline
      this.#connections = new Connections(pipeline, (camera, message) => this.#couldNot(camera, message))
      this.#taps = new Taps({
        pipeline,
        liveOf: (camera) => this.#liveOf(camera),
        onPicture: (tap, picture) => this.#options.picture('tap', tap, picture)
      })
      await pipeline.start()
    } catch (error) {
      void this.#die(asPipelineError(error))
      return
    }
    this.#options.tell({ say: 'running', model: config.pipeline.model })
    this.#addMissing()
    this.#clock = setInterval(() => this.#feed({ input: 'tick' }), TICK_MS)
  }

  #addMissing(): void {
    for (const [camera, { enabled, source }] of Object.entries(this.#config!.cameras)) {
      if (this.#supervision.cameras.has(camera)) continue
      this.#feed({ input: 'add', camera, isEnabled: enabled, host: hostOf(source.input) })
    }
  }

  #remove(camera: Id): void {
    this.#feed({ input: 'remove', camera })
  }

  #feed(input: SupervisionInput): void {
    if (this.#isEnding) return
    const before = this.#supervision
    const { state, actions } = supervise(before, input, { at: Date.now(), random: Math.random })
    this.#supervision = state
    for (const action of actions) this.#act(action)
    for (const [camera, now] of state.cameras) {
      const was = before.cameras.get(camera)
      if (was === now) continue
      const { state: is, since, reason, nextTryAt, codec, width, height } = now
      if (is === 'live' && was?.state !== 'live') this.#taps?.attach(camera)
      if (is !== was?.state && this.#clock) this.#drawing ??= setTimeout(() => void this.#draw(), DRAW_AFTER_MS)
      this.#options.tell({
        say: 'camera',
        change: {
          camera,
          state: is,
          was: was?.state ?? 'idle',
          since,
          reason,
          nextTryAt,
          ...(codec === undefined ? {} : { codec }),
          ...(width === undefined ? {} : { width }),
          ...(height === undefined ? {} : { height })
        }
      })
    }
  }

  #act(action: Action): void {
    switch (action.do) {
      case 'connect': {
        const camera = this.#config?.cameras[action.camera]
        if (camera) this.#connections?.connect(action.camera, camera.source)
        break
      }
      case 'disconnect':
        this.#taps?.detach(action.camera)
        this.#connections?.disconnect(action.camera)
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

  #frames(frames: Frames): void {
    this.#framesDropped += frames.dropped
    const current = currentFrames(frames, {
      cameraAt: (slot, generation) => this.#connections?.at(slot, generation),
      filterOf: (camera): ObjectFilter | null => this.#config?.cameras[camera]?.filter ?? null
    })
    if (current.cameras.length > 0) this.#options.frames(current)
  }

  #source(event: SourceEvent): void {
    const camera = this.#connections?.of(event)
    if (camera === undefined) return
    const kind = this.#config?.cameras[camera]?.source.input.kind
    this.#feed({ input: 'source', camera, event, isFile: kind === 'file' || kind === 'http' })
  }

  #stats(stats: PipelineStats): void {
    const cameras = Object.fromEntries(
      stats.sources.flatMap((source) => {
        const found = this.#connections?.at(source.slot, source.generation)
        return found ? [[found.camera, source] as const] : []
      })
    )
    for (const [camera, { lastFrameAgeMs, bitsPerSecond, keyframes }] of Object.entries(cameras))
      this.#feed({ input: 'age', camera, lastFrameAgeMs, bitsPerSecond, keyframes })
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
    this.#isEnding = true
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

  #couldNot(camera: Id, message: string): void {
    this.#feed({ input: 'source', camera, event: { what: 'failed', failure: 'internal', message } })
  }

  #liveOf(camera: Id): Live | undefined {
    const slot = this.#connections?.slotOf(camera)
    const supervised = this.#supervision.cameras.get(camera)
    if (slot === undefined || supervised?.state !== 'live') return undefined
    // A source may be live before its size is told: 16:9 until then.
    return { slot, width: supervised.width ?? 1280, height: supervised.height ?? 720 }
  }
}

/** What a filter takes out may change without touching the source. */
function isSameSource(a: EngineCamera, b: EngineCamera): boolean {
  return a.enabled === b.enabled && isDeepStrictEqual(a.source, b.source)
}

function asPipelineError(error: unknown): PipelineError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal'
  const known = (['model', 'element', 'plugin', 'metadata'] as const).find((name) => name === code)
  return { fatal: true, code: known ?? 'internal', element: '', message: messageOf(error), debug: '' }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
