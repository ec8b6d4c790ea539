/**
 * Which tracks cross a directed line. A track is over when it has gone further than the hysteresis beyond the side that
 * it was on, and where it last went through the line lies between both ends: jitter on the line is no crossing, and
 * neither is a way round its end.
 */
import type { Arrow } from '@vedette/protocol'
import { ruleDefaults } from './rule_defaults.ts'
import { type TrackSlots, withRoom } from './track_slots.ts'

/** in: from the left of the line to its right, for who looks along it. */
export type Crossing = 'none' | 'in' | 'out'

export class Line {
  readonly #tracks: TrackSlots
  readonly #fromX: number
  readonly #fromY: number
  readonly #alongX: number
  readonly #alongY: number
  readonly #length: number
  readonly #hysteresis: number
  /** On which side it is known to be: -1 left, 1 right, 0 not known. */
  #side = new Int8Array(0)
  /** On which side it was seen last, where, and whether it went through the line between its ends. */
  #last = new Int8Array(0)
  #x = new Float64Array(0)
  #y = new Float64Array(0)
  #isBetween = new Uint8Array(0)

  constructor(
    { line, hysteresis = ruleDefaults.hysteresis }: { line: Readonly<Arrow>; hysteresis?: number | undefined },
    tracks: TrackSlots
  ) {
    const [[fromX, fromY], [toX, toY]] = line
    this.#tracks = tracks
    this.#fromX = fromX
    this.#fromY = fromY
    this.#alongX = toX - fromX
    this.#alongY = toY - fromY
    this.#length = Math.hypot(this.#alongX, this.#alongY)
    this.#hysteresis = hysteresis
  }

  reserve(room: number): void {
    this.#side = withRoom(this.#side, room)
    this.#last = withRoom(this.#last, room)
    this.#x = withRoom(this.#x, room)
    this.#y = withRoom(this.#y, room)
    this.#isBetween = withRoom(this.#isBetween, room)
  }

  see(slot: number): Crossing {
    const x = this.#tracks.x[slot]!
    const y = this.#tracks.y[slot]!
    const distance = this.#distance(x, y)
    const seen = Math.sign(distance)
    const last = this.#last[slot]!
    if (last !== 0 && seen !== 0 && seen !== last) this.#isBetween[slot] = this.#passesBetween(slot, x, y, distance)
    this.#x[slot] = x
    this.#y[slot] = y
    if (seen !== 0) this.#last[slot] = seen
    const side = this.#side[slot]!
    if (side === 0) {
      this.#side[slot] = seen
      return 'none'
    }
    if (seen === side || Math.abs(distance) <= this.#hysteresis) return 'none'
    this.#side[slot] = seen
    if (this.#isBetween[slot] === 0) return 'none'
    return seen > 0 ? 'in' : 'out'
  }

  forget(slot: number): void {
    this.#side[slot] = 0
    this.#last[slot] = 0
    this.#isBetween[slot] = 0
  }

  /** Below 0 on the left. */
  #distance(x: number, y: number): number {
    return (this.#alongX * (y - this.#fromY) - this.#alongY * (x - this.#fromX)) / this.#length
  }

  /** Whether the step from the last place to this one goes through the line between its ends: 1 or 0. */
  #passesBetween(slot: number, x: number, y: number, distance: number): 0 | 1 {
    const lastX = this.#x[slot]!
    const lastY = this.#y[slot]!
    const before = this.#distance(lastX, lastY)
    const share = before / (before - distance)
    const throughX = lastX + (x - lastX) * share - this.#fromX
    const throughY = lastY + (y - lastY) * share - this.#fromY
    const along = (throughX * this.#alongX + throughY * this.#alongY) / this.#length
    return along >= 0 && along <= this.#length ? 1 : 0
  }
}
