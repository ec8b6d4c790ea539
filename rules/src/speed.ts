/** A track is too fast, in a plane whose metres are known. */
import type { RuleCounts, RuleOf } from '@vedette/protocol'
import type { Evaluator, RuleContext } from './evaluator.ts'
import { Homography } from './homography.ts'
import { withRoom } from './track_slots.ts'
import { Zone } from './zone.ts'

/** A box jitters: only over such a time is a way worth measuring. */
const STEP_MS = 500
/** What one step weighs beside those before. */
const WEIGHT = 0.5
/** Of the first step alone nothing is said. */
const LEAST_STEPS = 2
/** It must fall so far below the limit, or one that hovers there would begin and end all the time. */
const ENDS_BELOW = 0.9
const KMH = 3.6

export class Speed implements Evaluator {
  readonly #context: RuleContext
  readonly #zone: Zone
  readonly #plane: Homography
  readonly #aboveKmh: number
  #ongoing = 0
  /** Where it was at the last step, in metres, when, and how many steps there were. */
  #x = new Float64Array(0)
  #y = new Float64Array(0)
  #ms = new Float64Array(0)
  #steps = new Uint8Array(0)
  #kmh = new Float64Array(0)
  /** The highest since it began; 0: it has not. */
  #topKmh = new Float64Array(0)

  constructor(rule: RuleOf<'speed'>, context: RuleContext) {
    this.#context = context
    this.#zone = new Zone({ ...rule, zone: rule.zone ?? rule.plane.points }, context.tracks)
    this.#plane = new Homography(rule.plane)
    this.#aboveKmh = rule.aboveKmh
  }

  reserve(room: number): void {
    this.#zone.reserve(room)
    this.#x = withRoom(this.#x, room)
    this.#y = withRoom(this.#y, room)
    this.#ms = withRoom(this.#ms, room)
    this.#steps = withRoom(this.#steps, room)
    this.#kmh = withRoom(this.#kmh, room)
    this.#topKmh = withRoom(this.#topKmh, room)
  }

  see(slot: number, ms: number): void {
    this.#zone.see(slot, ms)
    if (!this.#zone.isInside(slot)) {
      this.#stop(slot)
      return
    }
    const sinceMs = ms - this.#ms[slot]!
    if (this.#steps[slot]! > 0 && sinceMs < STEP_MS) return
    this.#step(slot, ms)
    if (!this.#context.isActive()) this.#stop(slot)
    else if (this.#steps[slot]! > LEAST_STEPS) this.#judge(slot)
  }

  end(slot: number): void {
    this.#stop(slot)
    this.#zone.forget(slot)
  }

  counts(): RuleCounts {
    return { ongoing: this.#ongoing }
  }

  #step(slot: number, ms: number): void {
    const { x, y } = this.#context.tracks
    const metresX = this.#plane.xOf(x[slot]!, y[slot]!)
    const metresY = this.#plane.yOf(x[slot]!, y[slot]!)
    const steps = this.#steps[slot]!
    if (steps > 0) {
      const way = Math.hypot(metresX - this.#x[slot]!, metresY - this.#y[slot]!)
      const kmh = (way / ((ms - this.#ms[slot]!) / 1000)) * KMH
      this.#kmh[slot] = steps === 1 ? kmh : this.#kmh[slot]! + WEIGHT * (kmh - this.#kmh[slot]!)
    }
    this.#x[slot] = metresX
    this.#y[slot] = metresY
    this.#ms[slot] = ms
    if (steps <= LEAST_STEPS) this.#steps[slot] = steps + 1
  }

  #judge(slot: number): void {
    const kmh = this.#kmh[slot]!
    const top = this.#topKmh[slot]!
    if (top === 0 && kmh > this.#aboveKmh) {
      this.#topKmh[slot] = kmh
      this.#ongoing++
      this.#context.tell({ phase: 'began', speedKmh: tenths(kmh) }, slot)
    } else if (top > 0 && kmh < ENDS_BELOW * this.#aboveKmh) this.#fallBelow(slot)
    else if (top > 0 && kmh > top) this.#topKmh[slot] = kmh
  }

  /** Its steps begin anew. */
  #stop(slot: number): void {
    this.#steps[slot] = 0
    if (this.#topKmh[slot]! > 0) this.#fallBelow(slot)
  }

  #fallBelow(slot: number): void {
    const top = this.#topKmh[slot]!
    this.#topKmh[slot] = 0
    this.#ongoing--
    this.#context.tell({ phase: 'ended', speedKmh: tenths(top) }, slot)
  }
}

function tenths(kmh: number): number {
  return Math.round(10 * kmh) / 10
}
