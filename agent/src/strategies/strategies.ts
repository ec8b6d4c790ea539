/**
 * All detection strategies of the box: which runs on which cameras, what they find as frames and tracks of the box's
 * catalog, and how each of them is.
 */
import { clipped, type Health, type PlainFrame, type Reported, type StrategyHealth } from '@vedette/protocol'
import type { StrategyPicture, Waiting } from './camera_feed.ts'
import type { Found } from './findings.ts'
import { foundFrame } from './found_frame.ts'
import { type StrategyModule, StrategyRun } from './strategy_run.ts'

export interface Strategy {
  name: string
  labels: readonly string[]
  /** Of the frames it is given; a camera's own where that is less. */
  width: number
  maxFps: number
}

export interface StrategiesOptions<S extends Strategy> {
  strategies: readonly S[]
  makeModule(strategy: S, changed: () => void): StrategyModule
  tap(
    options: { camera: string; width: number; maxFps: number },
    onPicture: (picture: StrategyPicture) => void
  ): { close(): void }
  /** Of a camera of the catalog, or of a stream beside it. */
  found(frame: PlainFrame): void
  /** A strategy came into another state. */
  changed(strategy: string, status: { state: StrategyState; reason: string }): void
  /** Something else is new in `reported`. */
  reported(): void
  log(line: string): void
}

type StrategyState = NonNullable<Reported['strategies']>[string]['state']

/** What is looked at from now on. */
export interface StrategyPlan {
  /** Index of the first class in the catalog that is a strategy's. */
  firstClass: number
  /** By id: index in the catalog, and which strategies look; null: all. */
  cameras: ReadonlyMap<string, { index: number; strategies: readonly string[] | null }>
}

/** Above every id that a tracker of the pipeline gives, and below 2^53: strategies' tracks are of the same cameras. */
const FIRST_TRACK = 2 ** 52

interface Running {
  run: StrategyRun
  /** Of its first label, counted from the first of all strategies. */
  classOffset: number
  state: StrategyState
  since: number
}

export class Strategies<S extends Strategy> {
  readonly #options: StrategiesOptions<S>
  readonly #running = new Map<string, Running>()
  /** What the catalog calls them, in the order of their classes. */
  readonly classes: readonly string[]
  /** The same by strategy. */
  readonly lookers: readonly { strategy: string; labels: readonly string[] }[]
  #plan: StrategyPlan = { firstClass: 0, cameras: new Map() }
  #lastTrack = FIRST_TRACK
  #told = { atMs: Date.now(), looked: new Map<string, { looked: number; lookMs: number }>() }

  constructor(options: StrategiesOptions<S>) {
    this.#options = options
    this.lookers = options.strategies.map((one) => ({ strategy: one.name, labels: catalogLabels(one) }))
    this.classes = this.lookers.flatMap(({ labels }) => labels)
  }

  start(): void {
    let classOffset = 0
    for (const strategy of this.#options.strategies) {
      const running = { run: this.#make(strategy), classOffset, state: 'starting' as const, since: Date.now() }
      this.#running.set(strategy.name, running)
      classOffset += strategy.labels.length
      running.run.start()
    }
    this.plan(this.#plan)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ run }) => run.stop()))
    this.#running.clear()
  }

  plan(plan: StrategyPlan): void {
    this.#plan = plan
    for (const [name, { run }] of this.#running) {
      const looks = ([, { strategies }]: [string, { strategies: readonly string[] | null }]) =>
        strategies === null || strategies.includes(name)
      run.look([...plan.cameras].filter(looks).map(([camera]) => camera))
    }
  }

  get names(): string[] {
    return this.#options.strategies.map(({ name }) => name)
  }

  /** Names in a camera's settings that this box does not have. */
  unknown(names: readonly string[]): string[] {
    return names.filter((name) => !this.#options.strategies.some((strategy) => strategy.name === name))
  }

  get reported(): Pick<Reported, 'strategies'> {
    if (this.#options.strategies.length === 0) return {}
    const all = this.#options.strategies.flatMap((strategy) => {
      const running = this.#running.get(strategy.name)
      if (!running) return []
      const { state, reason, restarts } = running.run.status
      const since = new Date(running.since).toISOString()
      const labels = catalogLabels(strategy)
      return [[strategy.name, { state, since, reason: clipped(reason), restarts, labels }] as const]
    })
    return { strategies: Object.fromEntries(all) }
  }

  /** Rates are since the last call. */
  health(): Pick<Health, 'strategies'> {
    if (this.#running.size === 0) return {}
    const before = this.#told
    this.#told = { atMs: Date.now(), looked: new Map() }
    const seconds = Math.max(0.001, (this.#told.atMs - before.atMs) / 1000)
    const all = [...this.#running].map(([name, { run }]): [string, StrategyHealth] => {
      const { looked, lookMs, dropped, failed, found } = run.counts
      const was = before.looked.get(name) ?? { looked: 0, lookMs: 0 }
      this.#told.looked.set(name, { looked, lookMs })
      const count = looked - was.looked
      const mean = count === 0 ? null : (lookMs - was.lookMs) / count
      return [name, { fps: count / seconds, lookMs: mean, dropped, failed, found }]
    })
    return { strategies: Object.fromEntries(all) }
  }

  #make(strategy: S): StrategyRun {
    const { makeModule, tap, log } = this.#options
    const { name, labels, width, maxFps } = strategy
    return new StrategyRun({
      ...{ name, labels, width, maxFps, tap, log },
      makeModule: (changed) => makeModule(strategy, changed),
      nextTrack: () => ++this.#lastTrack,
      found: (looked, found, tracks) => this.#found(name, { looked, found, tracks }),
      changed: () => this.#changed(name)
    })
  }

  #found(strategy: string, { looked, found, tracks }: { looked: Waiting; found: Found[]; tracks: number[] }): void {
    const place = this.#plan.cameras.get(looked.camera)
    const running = this.#running.get(strategy)
    if (!place || !running) return
    const firstClass = this.#plan.firstClass + running.classOffset
    const frame = { strategy, camera: place.index, firstClass, looked, found, tracks, nowMs: Date.now() }
    this.#options.found(foundFrame(frame))
  }

  #changed(name: string): void {
    const running = this.#running.get(name)
    if (!running) return
    const { state, reason } = running.run.status
    if (state !== running.state) {
      running.state = state
      running.since = Date.now()
      this.#options.changed(name, { state, reason })
    }
    this.#options.reported()
  }
}

/** "colour: red"; where the label is the strategy's name, that alone. */
function catalogLabels({ name, labels }: Strategy): string[] {
  return labels.map((label) => (label === name ? name : `${name}: ${label}`))
}
