/**
 * The next pipeline, in a second engine process beside the one that runs, until it takes over or is given up (design
 * 2.8). Whatever becomes of it, the one that runs goes on; a next one that falls is tried again with backoff.
 */
import type { Id } from '@vedette/protocol'
import type { EngineCamera, EngineConfig } from './channel/engine_config.ts'
import type { EngineFrames } from './channel/status.ts'
import type { EngineRun } from './engine_run.ts'
import { judgeHandover } from './handover.ts'
import { fell, noFalls, type Restarts } from './restarts.ts'

export interface SuccessionOptions {
  config: EngineConfig
  /** The pipeline that runs. */
  old: EngineRun
  /** What the made one says of itself comes back through `running`, `saw` and `ended`. */
  make(config: EngineConfig): EngineRun
  /** It is ready to be in charge: `run` is the caller's from now on. */
  takeOver(run: EngineRun): void
  /** It ended, and is started again after a while. */
  fell(run: EngineRun, how: { reason: string; delayMs: number }): void
  random(): number
}

const LOOK_MS = 100
/** Below so many analysed frames a second nobody waits for one. */
const EXPECTED_FPS = 0.2

export class Succession {
  readonly #options: SuccessionOptions
  #config: EngineConfig
  #run: EngineRun | null = null
  #restarts: Restarts = noFalls
  #retry: NodeJS.Timeout | null = null
  #clock: NodeJS.Timeout | null = null
  #runningAt = 0
  #awaited: Id[] = []
  readonly #withFrames = new Set<number>()
  /** As the old one had them. */
  readonly #released = new Map<Id, EngineCamera>()

  constructor(options: SuccessionOptions) {
    this.#options = options
    this.#config = options.config
  }

  start(): void {
    this.#retry = null
    this.#withFrames.clear()
    const run = this.#options.make(this.#config)
    this.#run = run
    run.start()
  }

  /** Gives it up: the old one has its cameras back. The process is the caller's to stop; null when there is none. */
  abandon(): EngineRun | null {
    this.#restoreReleased()
    return this.#letGo()
  }

  get config(): EngineConfig {
    return this.#config
  }

  get run(): EngineRun | null {
    return this.#run
  }

  /** Other cameras or live settings of the same pipeline: the old one keeps of its cameras those that stay as they are. */
  configure(config: EngineConfig): void {
    this.#config = config
    this.#run?.configure(config)
    this.#awaited = this.#awaited.filter((camera) => Object.hasOwn(config.cameras, camera))
    for (const camera of this.#released.keys())
      if (!Object.hasOwn(config.cameras, camera)) this.#released.delete(camera)
  }

  /** The old one has died: what there is takes its place as it is. Null when nothing is there yet. */
  seize(): EngineRun | null {
    return this.#letGo()
  }

  running(): void {
    this.#runningAt = performance.now()
    const { cameras } = this.#options.old
    this.#awaited = [...cameras.values()]
      .filter(({ camera, state }) => state === 'live' && Object.hasOwn(this.#config.cameras, camera))
      .map(({ camera }) => camera)
    this.#clock = setInterval(() => this.#look(), LOOK_MS)
    this.#look()
  }

  saw({ cameras }: EngineFrames): void {
    for (const camera of cameras) this.#withFrames.add(camera)
  }

  ended(reason: string): void {
    const run = this.#letGo()
    if (run === null) return
    this.#restoreReleased()
    const { restarts, delayMs } = fell(this.#restarts, run.ranForMs, this.#options.random())
    this.#restarts = restarts
    this.#retry = setTimeout(() => this.start(), delayMs)
    this.#options.fell(run, { reason, delayMs })
  }

  #letGo(): EngineRun | null {
    if (this.#retry) clearTimeout(this.#retry)
    if (this.#clock) clearInterval(this.#clock)
    const run = this.#run
    this.#run = null
    return run
  }

  #look(): void {
    const run = this.#run
    if (run === null) return
    const verdict = judgeHandover({
      sinceRunningMs: performance.now() - this.#runningAt,
      awaited: this.#awaited,
      stateOf: (camera) => run.cameras.get(camera)?.state,
      hasFrames: (camera) => this.#hasFrames(camera),
      released: this.#released
    })
    switch (verdict.is) {
      case 'wait':
        return
      case 'release':
        this.#release(verdict.cameras)
        return
      case 'take-over':
        this.#letGo()
        this.#options.takeOver(run)
        return
      case 'give-up':
        void run.stop()
        this.ended(verdict.reason)
        return
      default:
        verdict satisfies never
    }
  }

  #hasFrames(camera: Id): boolean {
    const source = this.#config.cameras[camera]?.source
    if (source === undefined) return true
    const isExpected = source.maxAnalysedFps === 0 || source.maxAnalysedFps >= EXPECTED_FPS
    return !isExpected || this.#withFrames.has(source.index)
  }

  /** The old one lets them go; the next one forgets that it was refused, and tries at once. */
  #release(cameras: Id[]): void {
    const { old } = this.#options
    for (const camera of cameras) {
      const had = old.config?.cameras[camera]
      if (had) this.#released.set(camera, had)
    }
    if (old.config) old.configure(without(old.config, cameras))
    this.#run?.configure(without(this.#config, cameras))
    this.#run?.configure(this.#config)
  }

  #restoreReleased(): void {
    const { old } = this.#options
    if (this.#released.size === 0 || !old.config) return
    const back = Object.fromEntries(this.#released)
    this.#released.clear()
    old.configure({ ...old.config, cameras: { ...old.config.cameras, ...back } })
  }
}

function without(config: EngineConfig, cameras: readonly Id[]): EngineConfig {
  const kept = Object.entries(config.cameras).filter(([camera]) => !cameras.includes(camera))
  return { ...config, cameras: Object.fromEntries(kept) }
}
