/** Tracks that cross a line, each crossing told and counted: by class and direction. */
import type { RuleCounts, RuleOf } from '@vedette/protocol'
import type { Evaluator, RuleContext } from './evaluator.ts'
import { Line } from './line.ts'

export class LineCrossed implements Evaluator {
  readonly #context: RuleContext
  readonly #line: Line
  readonly #told: 'both' | 'in' | 'out'
  readonly #counts = new Map<number, { in: number; out: number }>()

  constructor(rule: RuleOf<'line-crossed'>, context: RuleContext) {
    this.#context = context
    this.#line = new Line(rule, context.tracks)
    this.#told = rule.direction ?? 'both'
  }

  reserve(room: number): void {
    this.#line.reserve(room)
  }

  see(slot: number): void {
    const crossing = this.#line.see(slot)
    if (crossing === 'none' || !this.#context.isActive()) return
    const count = this.#count(this.#context.tracks.classId[slot]!, crossing)
    if (this.#told !== 'both' && this.#told !== crossing) return
    this.#context.tell({ phase: 'happened', direction: crossing, count }, slot)
  }

  end(slot: number): void {
    this.#line.forget(slot)
  }

  counts(): RuleCounts {
    const crossed = [...this.#counts].map(([classId, counts]) => ({ label: this.#context.labelOf(classId), ...counts }))
    return { crossed }
  }

  #count(classId: number, crossing: 'in' | 'out'): number {
    let counts = this.#counts.get(classId)
    if (counts === undefined) {
      counts = { in: 0, out: 0 }
      this.#counts.set(classId, counts)
    }
    return ++counts[crossing]
  }
}
