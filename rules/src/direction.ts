/** A track moves as an arrow does: told once, and again only after it has moved otherwise. */
import type { RuleCounts, RuleOf } from '@vedette/protocol'
import type { Evaluator, RuleContext } from './evaluator.ts'
import { ruleDefaults } from './rule_defaults.ts'
import { withRoom } from './track_slots.ts'
import { Zone } from './zone.ts'

export class Direction implements Evaluator {
  readonly #context: RuleContext
  readonly #zone: Zone
  /** Of length 1. */
  readonly #arrowX: number
  readonly #arrowY: number
  readonly #leastCosine: number
  readonly #distance: number
  /** Where it was when its direction was looked at last. */
  #fromX = new Float64Array(0)
  #fromY = new Float64Array(0)
  #isKnown = new Uint8Array(0)
  #isTold = new Uint8Array(0)

  constructor(rule: RuleOf<'direction'>, context: RuleContext) {
    const [[fromX, fromY], [toX, toY]] = rule.arrow
    const length = Math.hypot(toX - fromX, toY - fromY)
    this.#context = context
    this.#zone = new Zone(rule, context.tracks)
    this.#arrowX = (toX - fromX) / length
    this.#arrowY = (toY - fromY) / length
    this.#leastCosine = Math.cos(((rule.toleranceDegrees ?? ruleDefaults.toleranceDegrees) * Math.PI) / 180)
    this.#distance = rule.distance ?? ruleDefaults.distance
  }

  reserve(room: number): void {
    this.#zone.reserve(room)
    this.#fromX = withRoom(this.#fromX, room)
    this.#fromY = withRoom(this.#fromY, room)
    this.#isKnown = withRoom(this.#isKnown, room)
    this.#isTold = withRoom(this.#isTold, room)
  }

  see(slot: number, ms: number): void {
    this.#zone.see(slot, ms)
    if (!this.#zone.isInside(slot)) {
      this.#isKnown[slot] = 0
      return
    }
    const x = this.#context.tracks.x[slot]!
    const y = this.#context.tracks.y[slot]!
    if (this.#isKnown[slot] === 0) {
      this.#set(slot, x, y)
      return
    }
    const movedX = x - this.#fromX[slot]!
    const movedY = y - this.#fromY[slot]!
    const moved = Math.hypot(movedX, movedY)
    if (moved < this.#distance) return
    this.#set(slot, x, y)
    const isAlong = (movedX * this.#arrowX + movedY * this.#arrowY) / moved >= this.#leastCosine
    if (isAlong && this.#isTold[slot] === 0) this.#context.tell({ phase: 'happened' }, slot)
    this.#isTold[slot] = isAlong ? 1 : 0
  }

  end(slot: number): void {
    this.#zone.forget(slot)
    this.#isKnown[slot] = 0
    this.#isTold[slot] = 0
  }

  counts(): RuleCounts {
    return {}
  }

  #set(slot: number, x: number, y: number): void {
    this.#isKnown[slot] = 1
    this.#fromX[slot] = x
    this.#fromY[slot] = y
  }
}
