/**
 * How long the mux may hold a partial batch: one frame period of the fastest camera that runs, as NVIDIA advises
 * (facts: 1e6 / highest rate, in microseconds). Longer, and its next frame waits behind this one; shorter, and batches
 * are smaller than they need be.
 */
import type { PipelineStats } from '@vedette/native'

/** So long is counted before a rate is believed: cameras deliver in bursts. */
const LOOK_MS = 5_000
/** 100 frames a second, and 10: a mux that waits for a full batch must not hold a slow camera's frame for a second. */
const SHORTEST_US = 10_000
const LONGEST_US = 100_000
/** Less of a change is the measuring. */
const WORTH_IT = 0.1

export class PushTimeout {
  #us: number
  #before: PipelineStats | null = null

  constructor(us: number) {
    this.#us = us
  }

  /** What to tell the mux from now on; null: nothing new. `counts`: whose frames come at the pace of a camera. */
  see(stats: PipelineStats, counts: (camera: string) => boolean): number | null {
    const before = this.#before
    if (before === null || stats.uptimeMs < before.uptimeMs) {
      this.#before = stats
      return null
    }
    if (stats.uptimeMs - before.uptimeMs < LOOK_MS) return null
    this.#before = stats
    const fps = highestFps(before, stats, counts)
    if (fps === 0) return null
    const us = Math.round(Math.min(LONGEST_US, Math.max(SHORTEST_US, 1e6 / fps)))
    if (Math.abs(us - this.#us) <= WORTH_IT * this.#us) return null
    this.#us = us
    return us
  }
}

function highestFps(before: PipelineStats, now: PipelineStats, counts: (camera: string) => boolean): number {
  const seconds = (now.uptimeMs - before.uptimeMs) / 1000
  const rates = now.sources
    .filter(({ name }) => counts(name))
    .map(({ slot, generation, framesDecoded }) => {
      const was = before.sources.find((one) => one.slot === slot && one.generation === generation)
      return was === undefined ? 0 : (framesDecoded - was.framesDecoded) / seconds
    })
  return Math.max(0, ...rates)
}
