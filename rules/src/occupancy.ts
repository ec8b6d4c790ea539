/** Too few or too many objects in a zone, or none at all (absence), for a while. */
import type { RuleCounts, RuleOf } from '@vedette/protocol'
import type { Evaluator, RuleContext } from './evaluator.ts'
import { Inside } from './inside.ts'
import { Lasting } from './lasting.ts'
import { Zone } from './zone.ts'

export class Occupancy implements Evaluator {
  readonly #context: RuleContext
  readonly #zone: Zone
  readonly #inside = new Inside()
  readonly #min: number
  readonly #max: number
  readonly #wrong: Lasting

  constructor(rule: RuleOf<'occupancy' | 'absence'>, context: RuleContext) {
    const afterMs = rule.seconds * 1000
    this.#context = context
    this.#zone = new Zone(rule, context.tracks)
    const isAbsence = rule.kind === 'absence'
    this.#min = isAbsence ? 1 : (rule.min ?? 0)
    this.#max = isAbsence ? Number.POSITIVE_INFINITY : (rule.max ?? Number.POSITIVE_INFINITY)
    this.#wrong = new Lasting(afterMs, isAbsence ? 0 : afterMs)
  }

  reserve(room: number): void {
    this.#zone.reserve(room)
    this.#inside.reserve(room)
  }

  see(slot: number, ms: number): void {
    this.#zone.see(slot, ms)
    this.#inside.set(slot, this.#zone.isInside(slot))
  }

  miss(slot: number): void {
    this.#inside.set(slot, false)
  }

  end(slot: number): void {
    this.#zone.forget(slot)
    this.#inside.set(slot, false)
  }

  look(ms: number): void {
    if (!this.#context.isActive()) {
      this.stop(ms)
      return
    }
    const { count } = this.#inside
    const turn = this.#wrong.look(count < this.#min || count > this.#max, ms)
    if (turn !== 'none') this.#tell(turn, ms)
  }

  stop(ms: number): void {
    if (this.#wrong.isOn) this.#tell('ended', ms)
    this.#wrong.stop()
  }

  skip(): void {
    this.#wrong.skip()
  }

  counts(): RuleCounts {
    return { inside: this.#inside.count, ongoing: this.#wrong.isOn ? 1 : 0 }
  }

  #tell(phase: 'began' | 'ended', ms: number): void {
    this.#context.tell({ phase, count: this.#inside.count, durationMs: this.#wrong.lastedMs(ms) })
  }
}
