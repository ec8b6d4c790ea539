/** A track stays in a zone for longer than it should: begins then, ends when it leaves. */
import type { RuleCounts, RuleOf } from '@vedette/protocol'
import type { Evaluator, RuleContext } from './evaluator.ts'
import { Inside } from './inside.ts'
import { withRoom } from './track_slots.ts'
import { Zone } from './zone.ts'

export class Loitering implements Evaluator {
  readonly #context: RuleContext
  readonly #zone: Zone
  readonly #inside = new Inside()
  readonly #afterMs: number
  #ongoing = 0
  #isTold = new Uint8Array(0)

  constructor(rule: RuleOf<'loitering'>, context: RuleContext) {
    this.#context = context
    this.#zone = new Zone(rule, context.tracks)
    this.#afterMs = rule.seconds * 1000
  }

  reserve(room: number): void {
    this.#zone.reserve(room)
    this.#inside.reserve(room)
    this.#isTold = withRoom(this.#isTold, room)
  }

  see(slot: number, ms: number): void {
    const change = this.#zone.see(slot, ms)
    const isInside = this.#zone.isInside(slot)
    this.#inside.set(slot, isInside)
    if (change === 'left') this.#stop(slot, this.#zone.stayedMs(slot))
    if (!isInside) return
    const stayedMs = this.#zone.insideMs(slot, ms)
    const loiters = stayedMs >= this.#afterMs && this.#context.isActive()
    if (!loiters) this.#stop(slot, stayedMs)
    else if (this.#isTold[slot] === 0) {
      this.#isTold[slot] = 1
      this.#ongoing++
      this.#context.tell({ phase: 'began', durationMs: stayedMs }, slot)
    }
  }

  miss(slot: number): void {
    this.#inside.set(slot, false)
  }

  end(slot: number, lastMs: number): void {
    this.#stop(slot, this.#zone.insideMs(slot, lastMs))
    this.#zone.forget(slot)
    this.#inside.set(slot, false)
  }

  counts(): RuleCounts {
    return { inside: this.#inside.count, ongoing: this.#ongoing }
  }

  #stop(slot: number, durationMs: number): void {
    if (this.#isTold[slot] === 0) return
    this.#isTold[slot] = 0
    this.#ongoing--
    this.#context.tell({ phase: 'ended', durationMs }, slot)
  }
}
