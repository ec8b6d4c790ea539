/** What detection strategies see: each in its own time, a few times a second, beside the frames of the pipeline. */
import type { LiveFrame, LiveObject } from './view.ts'

/** What a strategy found stands for so long, unless it has looked again. */
const STRATEGY_REACH_US = 1_500_000
const KEPT_US = 10_000_000

export class FoundByStrategies {
  /** By strategy, in the order of their time. */
  readonly #frames = new Map<string, LiveFrame[]>()

  add(strategy: string, frame: LiveFrame): void {
    const frames = this.#frames.get(strategy) ?? []
    // The box's clock was set back: what was before says nothing about what comes.
    const kept = frames.filter(({ t }) => t > frame.t - KEPT_US && t <= frame.t)
    this.#frames.set(strategy, [...kept, frame])
  }

  /** Of each strategy, its newest at that time, or the first after it when that is nearer. */
  at(t: number): LiveObject[] {
    return [...this.#frames.values()].flatMap((frames) => {
      const before = frames.findLast((frame) => frame.t <= t)
      const next = frames.find((frame) => frame.t > t)
      const isNearer = before === undefined || (next !== undefined && next.t - t < t - before.t)
      const nearest = isNearer ? next : before
      return nearest && Math.abs(nearest.t - t) <= STRATEGY_REACH_US ? nearest.objects : []
    })
  }
}
