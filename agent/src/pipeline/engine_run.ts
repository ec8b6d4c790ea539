/** One engine process and what it runs: its configuration, and what it has said of its cameras and of itself. */
import type { Capabilities, Picture, PipelineError } from '@vedette/native'
import type { Id } from '@vedette/protocol'
import { CONTROL, FRAMES, PICTURE } from './channel/channel.ts'
import type { EngineConfig } from './channel/engine_config.ts'
import type { FromEngine, ToEngine } from './channel/messages.ts'
import type { StageSwap } from './channel/model_swap.ts'
import { type PicturePurpose, unpackFrames, unpackPicture } from './channel/packed_frames.ts'
import type { CameraChange, CameraStatus, EngineFrames, EngineStats } from './channel/status.ts'
import { EngineProcess, type EngineProcessOptions } from './engine_process.ts'

export interface EngineRunHandlers {
  ready(capabilities: Capabilities): void
  /** Its pipeline runs. */
  running(): void
  /** It has said something new of a camera. */
  camera(camera: Id): void
  stats(stats: EngineStats): void
  frames(frames: EngineFrames): void
  picture(purpose: PicturePurpose, id: number, picture: Picture): void
  snapshotFailed(request: number, message: string): void
  error(error: PipelineError): void
  /** Once, with the reason in words; not after `stop`. */
  ended(reason: string): void
}

export class EngineRun {
  readonly cameras = new Map<Id, CameraStatus>()
  readonly #process: EngineProcess
  readonly #handlers: EngineRunHandlers
  #config: EngineConfig | null
  #isReady = false
  #isRunning = false
  #startedAt = 0
  #lastError: PipelineError | null = null
  #graph: string | null = null
  #swapped: ((failure: string | null) => void) | null = null

  constructor(options: EngineProcessOptions, config: EngineConfig | null, handlers: EngineRunHandlers) {
    this.#config = config
    this.#handlers = handlers
    this.#process = new EngineProcess(options, {
      message: (kind, payload) => this.#message(kind, payload),
      ended: (how) => handlers.ended(this.#lastError === null ? how : inWords(this.#lastError))
    })
  }

  start(): void {
    this.#startedAt = performance.now()
    this.#process.start()
  }

  /** Resolves when the process is gone. */
  stop(): Promise<void> {
    return this.#process.stop()
  }

  get config(): EngineConfig | null {
    return this.#config
  }

  get pid(): number | null {
    return this.#process.pid
  }

  get isReady(): boolean {
    return this.#isReady
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  /** The fatal one, if it said one before it ended. */
  get lastError(): PipelineError | null {
    return this.#lastError
  }

  /** Its graph as it was last drawn, as Graphviz text. */
  get graph(): string | null {
    return this.#graph
  }

  get ranForMs(): number {
    return performance.now() - this.#startedAt
  }

  /** Of one and the same pipeline; the latest wins. Cameras that are as before are not touched. */
  configure(config: EngineConfig): void {
    this.#config = config
    for (const id of this.cameras.keys()) if (!Object.hasOwn(config.cameras, id)) this.cameras.delete(id)
    this.send({ say: 'configure', config })
  }

  /** Puts other models into its stages; answers why not, or null when they are in their places. */
  swap(config: EngineConfig, swaps: StageSwap[]): Promise<string | null> {
    const { promise, resolve } = Promise.withResolvers<string | null>()
    this.#swapped = (failure) => {
      if (failure === null) this.#config = config
      resolve(failure)
    }
    this.send({ say: 'swap', config, swaps })
    return promise
  }

  /** Before it is ready it would not understand: who sends cares for that. */
  send(message: ToEngine): void {
    if (this.#isReady) this.#process.send(message)
  }

  #message(kind: number, payload: Buffer): void {
    if (kind === FRAMES) this.#handlers.frames(unpackFrames(payload))
    else if (kind === PICTURE) {
      const { purpose, id, picture } = unpackPicture(payload)
      this.#handlers.picture(purpose, id, picture)
    } else if (kind === CONTROL) this.#control(JSON.parse(payload.toString()) as FromEngine)
  }

  #control(message: FromEngine): void {
    switch (message.say) {
      case 'ready':
        this.#isReady = true
        if (this.#config) this.send({ say: 'configure', config: this.#config })
        this.#handlers.ready(message.capabilities)
        break
      case 'running':
        this.#isRunning = true
        this.#handlers.running()
        break
      case 'camera':
        this.#camera(message.change)
        break
      case 'stats':
        this.#handlers.stats(message.stats)
        break
      case 'error':
        if (message.error.fatal) this.#lastError = message.error
        this.#handlers.error(message.error)
        break
      case 'graph':
        this.#graph = message.dot
        break
      case 'snapshot-failed':
        this.#handlers.snapshotFailed(message.request, message.message)
        break
      case 'swapped':
        this.#swapped?.(message.failure)
        this.#swapped = null
        break
      case 'heartbeat':
        break
      default:
        message satisfies never
    }
  }

  #camera(change: CameraChange): void {
    if (this.#config && !Object.hasOwn(this.#config.cameras, change.camera)) return
    const { was: _, ...status } = change
    this.cameras.set(change.camera, status)
    this.#handlers.camera(change.camera)
  }
}

function inWords({ message }: PipelineError): string {
  return `The pipeline failed: ${message}.`.replace(/\.\.$/, '.')
}
