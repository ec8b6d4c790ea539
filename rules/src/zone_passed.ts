/** zone-entered, zone-left and dwell: told once, when a track comes or goes. */
import type { RuleCounts, RuleOf } from '@vedette/protocol'
import type { Evaluator, RuleContext } from './evaluator.ts'
import { Inside } from './inside.ts'
import { Zone, type ZoneChange } from './zone.ts'

export class ZonePassed implements Evaluator {
  readonly #context: RuleContext
  readonly #zone: Zone
  readonly #inside = new Inside()
  readonly #tellsEntry: boolean
  readonly #leastMs: number

  constructor(rule: RuleOf<'zone-entered' | 'zone-left' | 'dwell'>, context: RuleContext) {
    this.#context = context
    this.#zone = new Zone(rule, context.tracks)
    this.#tellsEntry = rule.kind === 'zone-entered'
    this.#leastMs = rule.kind === 'dwell' ? rule.seconds * 1000 : 0
  }

  reserve(room: number): void {
    this.#zone.reserve(room)
    this.#inside.reserve(room)
  }

  see(slot: number, ms: number): void {
    const change = this.#zone.see(slot, ms)
    this.#inside.set(slot, this.#zone.isInside(slot))
    if (change === 'none') return
    if (change === 'left') this.#left(slot, this.#zone.stayedMs(slot))
    else if (this.#tellsEntry && this.#hasCome(slot, change)) this.#context.tell({ phase: 'happened' }, slot)
  }

  miss(slot: number): void {
    this.#inside.set(slot, false)
  }

  end(slot: number, lastMs: number): void {
    if (this.#zone.isInside(slot)) this.#left(slot, this.#zone.insideMs(slot, lastMs))
    this.#zone.forget(slot)
    this.#inside.set(slot, false)
  }

  counts(): RuleCounts {
    return { inside: this.#inside.count }
  }

  #hasCome(slot: number, change: ZoneChange): boolean {
    return change === 'entered' || !this.#context.wasThere(slot)
  }

  #left(slot: number, stayedMs: number): void {
    if (this.#tellsEntry || stayedMs < this.#leastMs) return
    this.#context.tell({ phase: 'happened', durationMs: stayedMs }, slot)
  }
}
