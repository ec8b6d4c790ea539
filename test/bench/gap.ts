/**
 * Adding and removing a camera: the longest time between two decoded frames of the others at the mux, in wall-clock
 * time, beside a control span of the same length in which nothing is added or removed. The limit is two frame periods.
 */
import { createPipeline, type PipelineStats } from '@vedette/native'
import { type Bench, cost } from './row.ts'

const FPS = 25
const OTHERS = 3
const CYCLES = 20

export const gap: Bench = {
  name: 'gap',
  run: async () => {
    const watch = new StatsWatch()
    const pipeline = createPipeline(
      {
        family: 'cpu',
        maxSources: OTHERS + 1,
        batchedPushTimeoutUs: 40_000,
        width: 1280,
        height: 720,
        stages: [],
        tracker: null,
        inferThreads: 1
      },
      {
        frames: () => undefined,
        source: () => undefined,
        error: (error) => watch.fail(error.message),
        stats: (stats) => watch.take(stats)
      }
    )
    await pipeline.start()
    for (let index = 0; index < OTHERS; index++) await pipeline.addSource(camera(index))
    await watch.seconds(3)
    watch.begin()
    await watch.seconds(CYCLES)
    const control = watch.longestGapMs
    watch.begin()
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const { slot } = await pipeline.addSource(camera(OTHERS))
      await watch.seconds(1)
      await pipeline.removeSource(slot)
    }
    const { longestGapMs, ptsGaps } = watch
    await pipeline.stop()
    const note = `control without adding or removing: ${control.toFixed(1)} ms; missing PTS of the others: ${ptsGaps}`
    return [cost('gap.add-remove', { ours: longestGapMs, limit: 2000 / FPS, unit: 'ms', bar: 1, note })]
  }
}

function camera(index: number) {
  return {
    name: `camera-${index}`,
    index,
    input: { kind: 'test', width: 1280, height: 720, fps: FPS, shapes: 4, seed: index },
    policy: 'realtime',
    maxAnalysedFps: 0
  } as const
}

/** The worst of the cameras that stay, from the statistics of every second. */
class StatsWatch {
  longestGapMs = 0
  ptsGaps = 0
  #waiting: { left: number; resolve: () => void; reject: (error: Error) => void } | null = null

  begin(): void {
    this.longestGapMs = 0
    this.ptsGaps = 0
  }

  take({ sources }: PipelineStats): void {
    for (const source of sources) {
      if (source.slot >= OTHERS) continue
      this.longestGapMs = Math.max(this.longestGapMs, source.longestGapMs)
      this.ptsGaps = Math.max(this.ptsGaps, source.ptsGaps)
    }
    if (this.#waiting !== null && --this.#waiting.left === 0) this.#waiting.resolve()
  }

  fail(message: string): void {
    this.#waiting?.reject(new Error(message))
  }

  /** Until so many statistics, one a second, have come. */
  seconds(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { left: count, resolve, reject }
    })
  }
}
