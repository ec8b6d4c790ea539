/**
 * The engine as the agent sees it: one child process that is started, watched, restarted with backoff and told what to
 * run. A native abort, a CUDA error or a hang costs one restart of it, not the agent (design 2.3).
 */
import { isDeepStrictEqual } from 'node:util'
import type { Id } from '@vedette/protocol'
import { CONTROL, FRAMES, PICTURE } from './channel.ts'
import type { EngineConfig } from './engine_config.ts'
import { EngineProcess } from './engine_process.ts'
import type { FromEngine } from './messages.ts'
import { unpackFrames, unpackPicture } from './packed_frames.ts'
import { Pictures } from './pictures.ts'
import { fell, noFalls, type Restarts } from './restarts.ts'
import type { CameraChange, CameraStatus, EngineHandlers, EngineState, EngineStatus, Preview } from './status.ts'

export interface EngineOptions {
  /** engine_main.ts in the checkout, the bundled engine.js elsewhere. */
  entry: string
  /** For tests: a module that takes the addon's place. */
  addon?: string
  env?: Record<string, string>
  /** A line that the engine wrote to stderr or stdout, without credentials. */
  log(line: string): void
  random?: () => number
}

export class Engine {
  readonly #options: EngineOptions
  readonly #handlers: EngineHandlers
  readonly #cameras = new Map<Id, CameraStatus>()
  readonly #pictures: Pictures
  #config: EngineConfig | null = null
  #process: EngineProcess | null = null
  #isReady = false
  #startedAt = 0
  #restarts: Restarts = noFalls
  #lastError = ''
  #retry: NodeJS.Timeout | null = null
  #isStopped = true
  /** Ends of processes run one after the other: the next starts when the one before is gone. */
  #turn: Promise<void> = Promise.resolve()
  #status: EngineStatus = { state: 'stopped', since: Date.now(), reason: '', restarts: 0, pid: null }

  constructor(options: EngineOptions, handlers: EngineHandlers) {
    this.#options = options
    this.#handlers = handlers
    this.#pictures = new Pictures((message) => {
      if (this.#isReady) this.#process?.send(message)
    })
  }

  get status(): EngineStatus {
    return this.#status
  }

  get cameras(): ReadonlyMap<Id, CameraStatus> {
    return this.#cameras
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
    this.#pictures.fail('the engine was stopped')
    await this.#end()
    this.#tell('stopped', '')
  }

  /** The latest configuration wins. Cameras that are in both the old and the new one, unchanged, are not touched. */
  apply(config: EngineConfig): void {
    const before = this.#config
    this.#config = config
    this.#forget(config)
    if (this.#isStopped) return
    if (before === null || isDeepStrictEqual(before.pipeline, config.pipeline)) {
      if (this.#isReady) this.#process?.send({ say: 'configure', config })
      return
    }
    // Another model or tracker is a new pipeline, which gets a new process: nothing of the old one can leak into it.
    this.#restarts = noFalls
    this.#replace(`Starting the pipeline with ${config.pipeline.model ?? 'no model'}.`)
  }

  /** Ends the process and starts another one at once. */
  restart(reason: string): void {
    if (!this.#isStopped) this.#replace(reason)
  }

  /** Pictures of a camera until the tap is closed, over restarts of the engine too. */
  tap(
    options: { camera: Id; width: number; maxFps: number },
    onPicture: (preview: Preview) => void
  ): { close(): void } {
    return this.#pictures.tap(options, onPicture)
  }

  /** The next picture of a camera, as large as the camera gives it unless told. */
  snapshot(camera: Id, options: { width?: number; limitMs: number }): Promise<Preview> {
    if (!this.#isReady) return Promise.reject(new Error(`expected a running engine for a snapshot of ${camera}`))
    return this.#pictures.snapshot(camera, options)
  }

  #spawn(): void {
    this.#retry = null
    this.#turn = this.#turn.then(() => {
      if (this.#isStopped || this.#process) return
      this.#startedAt = performance.now()
      this.#lastError = ''
      const { entry, addon, env, log } = this.#options
      const child = new EngineProcess(
        { entry, addon, env, log },
        {
          message: (kind, payload) => {
            if (this.#process === child) this.#message(kind, payload)
          },
          ended: (reason) => {
            if (this.#process === child) this.#fell(reason)
          }
        }
      )
      this.#process = child
      child.start()
      this.#tell('starting', this.#status.reason)
    })
  }

  #replace(reason: string): void {
    if (this.#retry) clearTimeout(this.#retry)
    this.#tell('starting', reason)
    void this.#end()
    this.#spawn()
  }

  #end(): Promise<void> {
    const child = this.#process
    this.#process = null
    this.#isReady = false
    if (child) this.#turn = this.#turn.then(() => child.stop())
    return this.#turn
  }

  #fell(reason: string): void {
    this.#process = null
    this.#isReady = false
    const { restarts, delayMs } = fell(
      this.#restarts,
      performance.now() - this.#startedAt,
      (this.#options.random ?? Math.random)()
    )
    this.#restarts = restarts
    this.#status = { ...this.#status, restarts: this.#status.restarts + 1 }
    const why = this.#lastError === '' ? reason : this.#lastError
    this.#pictures.fail(why)
    this.#lose(`The engine of this box is down. ${why}`, Date.now() + delayMs)
    this.#tell('backing_off', `${why} Starting again in ${Math.round(delayMs / 1000)} s.`)
    this.#retry = setTimeout(() => {
      this.#tell('starting', `Starting again. Last time: ${why}`)
      this.#spawn()
    }, delayMs)
  }

  #message(kind: number, payload: Buffer): void {
    if (kind === FRAMES) this.#handlers.frames(unpackFrames(payload))
    else if (kind === PICTURE) {
      const { purpose, id, picture } = unpackPicture(payload)
      this.#pictures.arrived(purpose, id, picture)
    } else if (kind === CONTROL) this.#control(JSON.parse(payload.toString()) as FromEngine)
  }

  #control(message: FromEngine): void {
    switch (message.say) {
      case 'ready':
        this.#isReady = true
        this.#handlers.capabilities(message.capabilities)
        if (this.#config) this.#process?.send({ say: 'configure', config: this.#config })
        this.#pictures.resend()
        break
      case 'running':
        this.#tell('running', '')
        this.#handlers.running(message.model)
        break
      case 'camera':
        this.#camera(message.change)
        break
      case 'stats':
        this.#handlers.stats(message.stats)
        break
      case 'error':
        if (message.error.fatal)
          this.#lastError = `The pipeline failed: ${message.error.message}.`.replace(/\.\.$/, '.')
        this.#handlers.error(message.error)
        break
      case 'snapshot-failed':
        this.#pictures.failed(message.request, message.message)
        break
      case 'heartbeat':
        break
      default:
        message satisfies never
    }
  }

  #camera(change: CameraChange): void {
    if (this.#config && !(change.camera in this.#config.cameras)) return
    const was = this.#cameras.get(change.camera)?.state ?? 'idle'
    const { was: _, ...status } = change
    this.#cameras.set(change.camera, status)
    this.#handlers.camera({ ...change, was })
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

  #forget(config: EngineConfig): void {
    for (const id of this.#cameras.keys()) if (!(id in config.cameras)) this.#cameras.delete(id)
  }

  #tell(state: EngineState, reason: string): void {
    const since = state === this.#status.state ? this.#status.since : Date.now()
    this.#status = { ...this.#status, state, since, reason, pid: this.#process?.pid ?? null }
    this.#handlers.state(this.#status)
  }
}
