/** How the engine's statistics move the ladder, and what a configuration becomes on its rung. */
import type { EngineCamera, EngineConfig } from './channel/engine_config.ts'
import type { EngineStats } from './channel/status.ts'
import { atTheTop, everyNthOf, hasGiven, type Ladder, type Load, ladderWords, rateOf, step, waited } from './ladder.ts'

/** What of a configuration there is to give up. */
type Extras = Pick<Load, 'hasCompared' | 'hasSecondaries'>

export class LoadWatch {
  #ladder: Ladder = atTheTop
  #before: { at: number; stats: EngineStats } | null = null
  #words = ''

  /** What the box gives up, why, and what to do; empty when it gives nothing up. */
  get words(): string {
    return this.#words
  }

  get everyNth(): number {
    return everyNthOf(this.#ladder)
  }

  /** Frames a second of each camera at most; null: as many as were asked for. */
  get maxFps(): number | null {
    return rateOf(this.#ladder)
  }

  /** True when it stepped: what was lowered has to be told to the pipeline anew. */
  see(stats: EngineStats, { at, ...extras }: { at: number } & Extras): boolean {
    const before = this.#before
    this.#before = { at, stats }
    // Counters of another pipeline, or of the first second.
    if (before === null || at <= before.at || stats.uptimeMs < before.stats.uptimeMs) return false
    const load = { ...loadBetween(before.stats, stats, (at - before.at) / 1000), at, ...extras }
    const { given } = this.#ladder
    this.#ladder = step(this.#ladder, load)
    if (this.#ladder.given === given) return false
    this.#words = ladderWords(this.#ladder, load)
    return true
  }

  /** What happens now says nothing: two pipelines run, or none. */
  pause(): void {
    this.#before = null
    this.#ladder = waited(this.#ladder)
  }

  lower(config: EngineConfig): EngineConfig {
    const { maxFps } = this
    return {
      ...config,
      interval: (config.interval + 1) * this.everyNth - 1,
      compares: config.compares && !hasGiven(this.#ladder, 'compared model'),
      classifies: config.classifies && !hasGiven(this.#ladder, 'secondary models'),
      cameras: maxFps === null ? config.cameras : slowed(config.cameras, maxFps)
    }
  }
}

/** Films and jobs, which want every frame, set the pace themselves and throw nothing away. */
function slowed(cameras: EngineConfig['cameras'], maxFps: number): EngineConfig['cameras'] {
  const slower = Object.entries(cameras).map(([id, camera]): [string, EngineCamera] => {
    const { policy, maxAnalysedFps: asked } = camera.source
    if (policy === 'every-frame' || (asked > 0 && asked <= maxFps)) return [id, camera]
    return [id, { ...camera, source: { ...camera.source, maxAnalysedFps: maxFps } }]
  })
  return Object.fromEntries(slower)
}

function loadBetween(before: EngineStats, now: EngineStats, seconds: number): Omit<Load, 'at' | keyof Extras> {
  let offered = 0
  let dropped = 0
  let cameras = 0
  for (const [id, { framesAnalysed, framesDropped, lastFrameAgeMs, generation }] of Object.entries(now.cameras)) {
    const was = before.cameras[id]
    if (lastFrameAgeMs < 0) continue
    cameras++
    // A source that began anew counts anew.
    if (was?.generation !== generation) continue
    dropped += framesDropped - was.framesDropped
    offered += framesAnalysed - was.framesAnalysed + framesDropped - was.framesDropped
  }
  const droppedShare = offered > 0 ? dropped / offered : 0
  return { cameras, offeredFps: offered / seconds, droppedShare, busy: busyBetween(before, now, seconds) }
}

function busyBetween(before: EngineStats, now: EngineStats, seconds: number): number | null {
  let ms = 0
  for (const { id, batches, inferMs } of now.stages) {
    const was = before.stages.find((stage) => stage.id === id)
    // One that is held has nothing to tell.
    if (was?.batches === batches) continue
    if (!was || inferMs < 0) return null
    ms += (batches - was.batches) * inferMs
  }
  return now.stages.length === 0 ? 0 : ms / 1000 / seconds
}
