/**
 * One strategy that runs: frames of its cameras go to its module one at a time, the newest of each; what it answers is
 * checked and handed over. What it cannot keep up with is thrown away and counted; what it does wrong stands in its
 * status.
 */
import { CameraFeed, type StrategyPicture, type Waiting } from './camera_feed.ts'
import { FindingTracks } from './finding_tracks.ts'
import { FindingsError, type Found, readFindings } from './findings.ts'

/** The process of its module. */
export interface StrategyModule {
  readonly status: {
    state: 'stopped' | 'loading' | 'running' | 'backing_off'
    reason: string
    restarts: number
  }
  start(): void
  stop(): Promise<void>
  call(method: string, args: unknown[], bytes: { name: string; data: Uint8Array } | null): Promise<unknown>
}

export interface StrategyRunOptions {
  name: string
  labels: readonly string[]
  width: number
  maxFps: number
  makeModule(changed: () => void): StrategyModule
  tap(
    options: { camera: string; width: number; maxFps: number },
    onPicture: (picture: StrategyPicture) => void
  ): { close(): void }
  found(looked: Waiting, found: Found[], tracks: number[]): void
  nextTrack(): number
  changed(): void
  log(line: string): void
}

export interface StrategyCounts {
  looked: number
  lookMs: number
  dropped: number
  failed: number
  found: number
}

/** The same complaint is told once in so long. */
const COMPLAINT_MS = 60_000

export class StrategyRun {
  readonly #options: StrategyRunOptions
  readonly #feed = new CameraFeed()
  readonly #module: StrategyModule
  readonly #cameras = new Map<string, { tracks: FindingTracks; close(): void }>()
  readonly #counts = { looked: 0, lookMs: 0, failed: 0, found: 0 }
  /** What was wrong with the last frame; empty when nothing was. */
  #fault = ''
  #complained = { of: '', atMs: Number.NEGATIVE_INFINITY }
  #isBusy = false

  constructor(options: StrategyRunOptions) {
    this.#options = options
    this.#module = options.makeModule(() => this.#moduleChanged())
  }

  get status(): { state: 'starting' | 'running' | 'backing_off'; reason: string; restarts: number } {
    const { state, reason, restarts } = this.#module.status
    if (state === 'running') return { state, reason: this.#fault, restarts }
    return { state: state === 'backing_off' ? state : 'starting', reason, restarts }
  }

  get counts(): StrategyCounts {
    return { ...this.#counts, dropped: this.#feed.dropped }
  }

  start(): void {
    this.#module.start()
  }

  async stop(): Promise<void> {
    this.look([])
    await this.#module.stop()
  }

  /** The cameras from now on. */
  look(cameras: readonly string[]): void {
    for (const [camera, { close }] of this.#cameras) {
      if (cameras.includes(camera)) continue
      close()
      this.#cameras.delete(camera)
      this.#feed.remove(camera)
    }
    const { width, maxFps, nextTrack } = this.#options
    for (const camera of cameras) {
      if (this.#cameras.has(camera)) continue
      const { close } = this.#options.tap({ camera, width, maxFps }, (picture) => this.#take(camera, picture))
      this.#cameras.set(camera, { tracks: new FindingTracks(nextTrack), close })
    }
  }

  #take(camera: string, picture: StrategyPicture): void {
    this.#feed.put(camera, picture)
    if (this.#module.status.state === 'running') void this.#work()
    else this.#feed.clear()
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    for (let next = this.#feed.take(); next !== null; next = this.#feed.take()) await this.#show(next)
    this.#isBusy = false
  }

  async #show(waiting: Waiting): Promise<void> {
    const { camera, number, picture } = waiting
    const { data, capturedUs, width, height } = picture
    const began = performance.now()
    try {
      const args = [{ number, capturedUs, width, height }, camera]
      const answer = await this.#module.call('detect', args, { name: 'data', data })
      this.#counts.looked++
      this.#counts.lookMs += performance.now() - began
      const found = readFindings(answer, this.#options.labels)
      this.#counts.found += found.length
      this.#complain('')
      const followed = this.#cameras.get(camera)?.tracks.follow(found, capturedUs / 1000)
      // Nobody is interested in that camera any more.
      if (followed) this.#options.found(waiting, found, followed)
    } catch (error) {
      this.#counts.failed++
      const { message } = error as Error
      this.#complain(error instanceof FindingsError ? `detect answered what cannot be used: ${message}` : message)
    }
  }

  #complain(fault: string): void {
    const now = performance.now()
    const isNews = fault !== '' && (fault !== this.#complained.of || now - this.#complained.atMs > COMPLAINT_MS)
    if (isNews && this.#module.status.state === 'running') {
      this.#complained = { of: fault, atMs: now }
      this.#options.log(`${this.#options.name}: ${fault}`)
    }
    if (fault === this.#fault) return
    this.#fault = fault
    this.#options.changed()
  }

  #moduleChanged(): void {
    this.#options.changed()
  }
}
