/**
 * The engine as the agent sees it: a child process that is started, watched, restarted with backoff and told what to
 * run. A native abort, a CUDA error or a hang costs one restart of it, not the agent (design 2.3). Another pipeline is
 * built in a second process beside the first, which goes on until the second can take over.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Picture } from '@vedette/native'
import type { Id } from '@vedette/protocol'
import type { EngineConfig } from './channel/engine_config.ts'
import { type StageSwap, swapsBetween } from './channel/model_swap.ts'
import type { CameraStatus, EngineHandlers, EngineState, EngineStats, EngineStatus, Preview } from './channel/status.ts'
import { EngineRun } from './engine_run.ts'
import { LoadWatch } from './load_watch.ts'
import { Pictures, type TapOptions } from './pictures.ts'
import { costOf } from './pipeline_change.ts'
import { fell, noFalls, type Restarts } from './restarts.ts'
import { Seam } from './seam.ts'
import { Succession } from './succession.ts'

export interface EngineOptions {
  /** engine_main.ts in the checkout, the bundled engine.js elsewhere. */
  entry: string
  /** For tests: a module that takes the addon's place. */
  addon?: string
  env?: Record<string, string>
  /** Processors that it may use, by number; absent or null: all. */
  cpus?: readonly number[] | null
  /** A line that the engine wrote to stderr or stdout, without credentials. */
  log(line: string): void
  /** Why a second pipeline does not fit beside the one that runs, in words; null when it does. Absent: it always fits. */
  whyCramped?(config: EngineConfig, enginePid: number | null): Promise<string | null>
  /** Gives something up when it is too slow. Absent: it only throws frames away, as whoever measures wants it. */
  adapts?: boolean
  random?: () => number
}

interface Wanted {
  asked: EngineConfig
  /** What of it a box that is too slow does. */
  config: EngineConfig
  inCharge(): void
}

export class Engine {
  readonly #options: EngineOptions
  readonly #handlers: EngineHandlers
  /** As shown: of the pipeline in charge, or of the next one for a camera that only it has. */
  readonly #cameras = new Map<Id, CameraStatus>()
  readonly #pictures: Pictures
  readonly #seam = new Seam()
  readonly #load = new LoadWatch()
  #wanted: Wanted | null = null
  /** In charge: what it says is passed on. */
  #run: EngineRun | null = null
  #next: Succession | null = null
  #restarts: Restarts = noFalls
  #retry: NodeJS.Timeout | null = null
  #isStopped = true
  /** Ends of processes run one after the other: the next starts when the one before is gone. */
  #turn: Promise<void> = Promise.resolve()
  #status: EngineStatus = { state: 'stopped', since: Date.now(), reason: '', restarts: 0, pid: null }

  constructor(options: EngineOptions, handlers: EngineHandlers) {
    this.#options = options
    this.#handlers = handlers
    this.#pictures = new Pictures((message) => this.#run?.send(message))
  }

  get status(): EngineStatus {
    return this.#status
  }

  get cameras(): ReadonlyMap<Id, CameraStatus> {
    return this.#cameras
  }

  /** What the box gives up because it is too slow, in words; empty when it is not. */
  get strain(): string {
    return this.#load.words
  }

  /** Starts the process. What it runs comes with `apply`, before or after. */
  start(): void {
    this.#isStopped = false
    this.#spawn()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
    this.#seam.close()
    this.#pictures.fail('the engine was stopped')
    this.#dropNext()
    await this.#end()
    this.#tell('stopped', '')
  }

  /**
   * The latest configuration wins. Cameras that are in both the old and the new one, unchanged, are not touched.
   * `inCharge` is called when frames are of this configuration from now on: at once, or when its pipeline takes over.
   */
  apply(asked: EngineConfig, inCharge: () => void = () => undefined): void {
    const before = this.#wanted
    const config = this.#load.lower(asked)
    const wanted = { asked, config, inCharge }
    this.#wanted = wanted
    for (const id of this.#cameras.keys()) if (!Object.hasOwn(config.cameras, id)) this.#cameras.delete(id)
    const run = this.#run
    if (this.#isStopped || run === null || run.config === null) {
      inCharge()
      run?.configure(config)
      const isAnother = before !== null && costOf(before.config, config) === 'pipeline'
      if (run === null && isAnother && !this.#isStopped) this.#replace(starting(config))
    } else if (costOf(run.config, config) !== 'pipeline') {
      if (this.#dropNext()) this.#tell(this.#status.state, '')
      run.configure(config)
      inCharge()
    } else if (this.#next && costOf(this.#next.config, config) !== 'pipeline') {
      this.#next.configure(config)
      run.configure(keptBy(run.config, config))
    } else if (run.isRunning) {
      run.configure(keptBy(run.config, config))
      const swaps = swapsBetween(run.config, config)
      void (swaps === null ? this.#succeed(run, wanted) : this.#swap(run, wanted, swaps))
    } else this.#replace(starting(config))
  }

  /** Ends the process and starts another one at once. */
  restart(reason: string): void {
    if (!this.#isStopped) this.#replace(reason)
  }

  /** Pictures of a camera until the tap is closed, over restarts of the engine too. */
  tap(options: TapOptions, onPicture: (preview: Preview) => void): { close(): void } {
    return this.#pictures.tap(options, onPicture)
  }

  /** Pixels (RGB) of what is analysed, likewise. */
  tapPixels(options: TapOptions, onPicture: (picture: Picture) => void): { close(): void } {
    return this.#pictures.tapPixels(options, onPicture)
  }

  /** The next picture of a camera, as large as the camera gives it unless told. */
  snapshot(camera: Id, options: { width?: number; limitMs: number }): Promise<Preview> {
    if (!this.#run?.isReady) return Promise.reject(new Error(`expected a running engine for a snapshot of ${camera}`))
    return this.#pictures.snapshot(camera, options)
  }

  /** Into the pipeline that runs, between two batches; where that fails, another pipeline beside it. */
  async #swap(run: EngineRun, wanted: Wanted, swaps: StageSwap[]): Promise<void> {
    const { config } = wanted
    this.#dropNext()
    this.#tell('running', `Loading ${config.pipeline.model ?? 'another model'} into the pipeline that runs.`)
    const failure = await run.swap(config, swaps)
    if (this.#run !== run || this.#isStopped) return
    // Something newer came while it was loaded: it is measured against what runs now.
    if (this.#wanted !== wanted) {
      if (this.#wanted) this.apply(this.#wanted.config, this.#wanted.inCharge)
      return
    }
    if (failure === null) return this.#runs(run)
    this.#options.log(`a model could not be put into the pipeline that runs: ${failure}`)
    await this.#succeed(run, wanted)
  }

  /** Make before break, if both fit; what happens is said before it is done. */
  async #succeed(old: EngineRun, wanted: Wanted): Promise<void> {
    const { config } = wanted
    this.#dropNext()
    this.#restarts = noFalls
    // What cannot be read is no reason to go dark.
    const cramped = (await this.#options.whyCramped?.(config, old.pid).catch(() => null)) ?? null
    // Something newer was wanted, or the old one went, while the memory was read.
    if (this.#wanted !== wanted || this.#run !== old || this.#isStopped) return
    if (cramped !== null) {
      this.#replace(`${cramped} The cameras are dark until ${nameOf(config)} runs.`)
      return
    }
    this.#next = new Succession({
      config,
      old,
      make: (next) => this.#make(next),
      takeOver: (run) => this.#takeOver(run),
      random: () => this.#random(),
      fell: (run, { reason, delayMs }) => {
        this.#tell('running', `${reason} That was ${nameOf(config)}; the one before it goes on. ${again(delayMs)}`)
        this.#handlers.fell({ reason, restarts: this.#status.restarts, isBeside: true, ...lastOf(run) })
      }
    })
    this.#tell('running', `Starting ${nameOf(config)} beside the one that runs, which goes on until it can take over.`)
    this.#next.start()
  }

  #takeOver(run: EngineRun): void {
    const old = this.#run
    this.#next = null
    this.#run = run
    if (old) this.#turn = this.#turn.then(() => old.stop())
    this.#cutSeam(true)
    for (const camera of run.cameras.keys()) this.#show(camera)
    this.#pictures.resend()
    if (run.isRunning) this.#runs(run)
    else this.#tell('starting', this.#status.reason)
  }

  #make(config: EngineConfig | null): EngineRun {
    const { entry, addon, env, cpus, log } = this.#options
    const handlers = this.#handlers
    const isInCharge = () => this.#run === run
    const isNext = () => this.#next?.run === run
    const run: EngineRun = new EngineRun({ entry, addon, env, cpus: cpus ?? null, log }, config, {
      ready: (capabilities) => {
        handlers.capabilities(capabilities)
        if (isInCharge()) this.#pictures.resend()
      },
      running: () => {
        if (isInCharge()) this.#runs(run)
        else if (isNext()) this.#next?.running()
      },
      camera: (camera) => this.#show(camera),
      stats: (stats) => {
        if (!isInCharge()) return
        handlers.stats(stats)
        this.#weigh(run, stats)
      },
      frames: (frames) => {
        if (isInCharge()) handlers.frames(this.#seam.pass(frames))
        else if (isNext()) this.#next?.saw(frames)
      },
      picture: (purpose, id, picture) => {
        if (purpose === 'snapshot' || isInCharge()) this.#pictures.arrived(purpose, id, picture)
      },
      snapshotFailed: (request, message) => this.#pictures.failed(request, message),
      error: (error) => {
        if (isInCharge() || isNext()) handlers.error(error)
      },
      ended: (reason) => {
        if (isInCharge()) this.#fell(run, reason)
        else if (isNext()) this.#next?.ended(reason)
      }
    })
    return run
  }

  #weigh(run: EngineRun, stats: EngineStats): void {
    const wanted = this.#wanted
    if (!this.#options.adapts || !wanted || !run.config) return
    if (this.#next || costOf(run.config, wanted.config) === 'pipeline') {
      this.#load.pause()
      return
    }
    const { stages } = wanted.asked.pipeline
    const hasCompared = stages.some(({ shadow }) => shadow !== null)
    const hasSecondaries = stages.some(({ on }) => on !== null)
    if (!this.#load.see(stats, { at: performance.now(), hasCompared, hasSecondaries })) return
    this.#wanted = { ...wanted, config: this.#load.lower(wanted.asked) }
    run.configure(this.#wanted.config)
    const { everyNth, maxFps, words } = this.#load
    this.#handlers.adapted({ everyNth, maxFps, words })
  }

  #spawn(): void {
    this.#retry = null
    this.#turn = this.#turn.then(() => {
      if (this.#isStopped || this.#run) return
      const run = this.#make(this.#wanted?.config ?? null)
      this.#run = run
      run.start()
      this.#tell('starting', this.#status.reason)
    })
  }

  /** Break, then make. */
  #replace(reason: string): void {
    if (this.#retry) clearTimeout(this.#retry)
    const isAnother = this.#run?.config && this.#wanted && costOf(this.#run.config, this.#wanted.config) === 'pipeline'
    this.#dropNext()
    this.#tell('starting', reason)
    void this.#end()
    this.#wanted?.inCharge()
    if (isAnother) this.#cutSeam(false)
    this.#spawn()
  }

  #end(): Promise<void> {
    const run = this.#run
    this.#run = null
    if (run) this.#turn = this.#turn.then(() => run.stop())
    return this.#turn
  }

  #dropNext(): boolean {
    const next = this.#next
    this.#next = null
    const run = next?.abandon() ?? null
    if (run) this.#turn = this.#turn.then(() => run.stop())
    return next !== null
  }

  #fell(run: EngineRun, reason: string): void {
    this.#run = null
    this.#pictures.fail(reason)
    const restarts = this.#status.restarts + 1
    this.#status = { ...this.#status, restarts }
    this.#handlers.fell({ reason, restarts, isBeside: false, ...lastOf(run) })
    const heir = this.#next?.seize() ?? null
    if (heir) {
      this.#status = { ...this.#status, reason: `The pipeline before it fell. ${reason}` }
      this.#takeOver(heir)
      return
    }
    this.#next = null
    const after = fell(this.#restarts, run.ranForMs, this.#random())
    this.#restarts = after.restarts
    this.#lose(`The engine of this box is down. ${reason}`, Date.now() + after.delayMs)
    this.#tell('backing_off', `${reason} ${again(after.delayMs)}`)
    this.#retry = setTimeout(() => {
      this.#tell('starting', `Starting again. Last time: ${reason}`)
      this.#spawn()
    }, after.delayMs)
  }

  #runs({ config }: EngineRun): void {
    this.#wanted?.inCharge()
    this.#tell('running', '')
    this.#handlers.running(config?.pipeline.model ?? null)
  }

  #cutSeam(wasBeside: boolean): void {
    const model = this.#wanted?.config.pipeline.model ?? null
    this.#seam.cut((gapsMs, missing) => this.#handlers.switched({ model, wasBeside, gapsMs, missing }))
  }

  #show(camera: Id): void {
    const run = this.#run?.config && Object.hasOwn(this.#run.config.cameras, camera) ? this.#run : this.#next?.run
    const status = run?.cameras.get(camera)
    const shown = this.#cameras.get(camera)
    if (!status) return
    const now = { ...status, since: status.state === shown?.state ? shown.since : status.since }
    if (isDeepStrictEqual(now, shown)) return
    this.#cameras.set(camera, now)
    this.#handlers.camera({ ...now, was: shown?.state ?? 'idle' })
  }

  /** No engine, no camera: until the next one says otherwise. */
  #lose(reason: string, nextTryAt: number): void {
    for (const [camera, { state, since }] of this.#cameras) {
      if (state === 'disabled') continue
      const isSame = state === 'backing_off'
      const lost = { camera, state: 'backing_off' as const, since: isSame ? since : Date.now(), reason, nextTryAt }
      this.#cameras.set(camera, lost)
      this.#handlers.camera({ ...lost, was: state })
    }
  }

  #tell(state: EngineState, reason: string): void {
    const since = state === this.#status.state ? this.#status.since : Date.now()
    this.#status = { ...this.#status, state, since, reason, pid: this.#run?.pid ?? null }
    this.#handlers.state(this.#status)
  }

  #random(): number {
    return (this.#options.random ?? Math.random)()
  }
}

function lastOf({ config, lastError: error, graph }: EngineRun) {
  return { model: config?.pipeline.model ?? null, error, graph }
}

function nameOf({ pipeline }: EngineConfig): string {
  return `the pipeline with ${pipeline.model ?? 'no model'}`
}

function starting(config: EngineConfig): string {
  return `Starting ${nameOf(config)}.`
}

function again(delayMs: number): string {
  return delayMs < 1000 ? 'Starting again at once.' : `Starting again in ${Math.round(delayMs / 1000)} s.`
}

/** What a pipeline keeps that will be succeeded: of its cameras those that are wanted as they are. */
function keptBy(old: EngineConfig, wanted: EngineConfig): EngineConfig {
  const kept = Object.entries(old.cameras).filter(([id, { enabled, source }]) => {
    const now = wanted.cameras[id]
    return now && now.enabled === enabled && isDeepStrictEqual(now.source, source)
  })
  return { ...old, cameras: Object.fromEntries(kept) }
}
