/** Which tracks are inside of a zone. It takes some frames in a row until one is inside, or outside again. */
import type { Polygon as Points } from '@vedette/protocol'
import { Polygon } from './polygon.ts'
import { ruleDefaults } from './rule_defaults.ts'
import { type TrackSlots, withRoom } from './track_slots.ts'

/** appeared: inside from its first frame on. */
export type ZoneChange = 'none' | 'appeared' | 'entered' | 'left'

const UNKNOWN = 0
const OUTSIDE = 1
const INSIDE = 2

export interface ZoneOptions {
  /** undefined: the whole picture. */
  zone?: Points | undefined
  inertiaFrames?: number | undefined
}

export class Zone {
  readonly #tracks: TrackSlots
  readonly #polygon: Polygon | null
  readonly #inertia: number
  #state = new Uint8Array(0)
  /** Frames in a row that speak against the state, and when the first of them was. */
  #against = new Uint8Array(0)
  #againstMs = new Float64Array(0)
  /** When it went inside or outside last. */
  #sinceMs = new Float64Array(0)
  /** Before that, how long it had been inside. */
  #stayedMs = new Float64Array(0)

  constructor({ zone, inertiaFrames = ruleDefaults.inertiaFrames }: ZoneOptions, tracks: TrackSlots) {
    this.#tracks = tracks
    this.#polygon = zone === undefined ? null : new Polygon(zone)
    this.#inertia = inertiaFrames
  }

  reserve(room: number): void {
    this.#state = withRoom(this.#state, room)
    this.#against = withRoom(this.#against, room)
    this.#againstMs = withRoom(this.#againstMs, room)
    this.#sinceMs = withRoom(this.#sinceMs, room)
    this.#stayedMs = withRoom(this.#stayedMs, room)
  }

  isInside(slot: number): boolean {
    return this.#state[slot] === INSIDE
  }

  /** Of one that is inside: for how long. */
  insideMs(slot: number, nowMs: number): number {
    return Math.max(0, nowMs - this.#sinceMs[slot]!)
  }

  /** Of one that left: how long it had been inside. */
  stayedMs(slot: number): number {
    return this.#stayedMs[slot]!
  }

  see(slot: number, ms: number): ZoneChange {
    const { x, y } = this.#tracks
    const seen = this.#polygon === null || this.#polygon.contains(x[slot]!, y[slot]!) ? INSIDE : OUTSIDE
    const was = this.#state[slot]!
    if (seen === was) {
      this.#against[slot] = 0
      return 'none'
    }
    if (was === UNKNOWN && seen === OUTSIDE) {
      this.#against[slot] = 0
      this.#state[slot] = OUTSIDE
      return 'none'
    }
    if (this.#against[slot] === 0) this.#againstMs[slot] = ms
    if (++this.#against[slot]! < this.#inertia) return 'none'
    this.#against[slot] = 0
    this.#state[slot] = seen
    if (seen === OUTSIDE) this.#stayedMs[slot] = Math.max(0, this.#againstMs[slot]! - this.#sinceMs[slot]!)
    this.#sinceMs[slot] = this.#againstMs[slot]!
    if (seen === OUTSIDE) return 'left'
    return was === UNKNOWN ? 'appeared' : 'entered'
  }

  forget(slot: number): void {
    this.#state[slot] = UNKNOWN
    this.#against[slot] = 0
  }
}
