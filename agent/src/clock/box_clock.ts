/**
 * What time it is on this box, and how well it knows. A board without a battery starts in 1970, or where it was switched
 * off: until the system's clock is set, time goes on from the last that was seen (or from when this program was made).
 * Between two looks it goes by the monotonic clock; where the wall clock says otherwise, it was set (design/time.md).
 */
import type { Health } from '@vedette/protocol'

export type ClockState = Health['clock']

export interface BoxClockOptions {
  /** Never earlier: the last time that was seen, or when this program was made. Milliseconds since 1970. */
  floorMs: number
  /** The clock was set: what happened before was later (or, below zero, earlier) by so much. */
  jumped(byMs: number, reason: string): void
  wall?(): number
  monotonic?(): number
}

/** A floor is taken for a stopped clock only beyond this; a leap or a slew of NTP stays below. */
const JUMP_MS = 2000

export class BoxClock {
  readonly #wall: () => number
  readonly #monotonic: () => number
  readonly #options: BoxClockOptions
  #floor: { ms: number; at: number } | null
  #last: { ms: number; at: number }
  #state: ClockState = { synchronised: null, uncertaintyMs: null }

  constructor(options: BoxClockOptions) {
    this.#options = options
    this.#wall = options.wall ?? Date.now
    this.#monotonic = options.monotonic ?? performance.now.bind(performance)
    const at = this.#monotonic()
    this.#floor = options.floorMs - this.#wall() > JUMP_MS ? { ms: options.floorMs, at } : null
    this.#last = { ms: this.now(), at }
  }

  /** Milliseconds since 1970. */
  now(): number {
    const wall = this.#wall()
    if (this.#floor === null) return wall
    return Math.max(wall, this.#floor.ms + this.#monotonic() - this.#floor.at)
  }

  /** By how much `now` may be off; null: nobody knows. */
  uncertaintyMs(): number | null {
    return this.#floor === null && this.#state.synchronised === true ? this.#state.uncertaintyMs : null
  }

  /** What is wrong and what to do; empty when the clock may be right: one that nobody keeps may. */
  get words(): string {
    if (this.#floor === null) return ''
    const [wall, floor] = [this.#wall(), this.#floor.ms].map((ms) => new Date(ms).toISOString())
    return `The clock of this box says ${wall}, which is over: its times go on from ${floor} and are wrong. Set the clock, or let NTP (timesyncd, chrony) set it.`
  }

  /** Later starts may rely on what it says. */
  get isTrusted(): boolean {
    return this.#floor === null && this.#state.synchronised !== false
  }

  /** Every few seconds, with what the system says of its clock. */
  look(state: ClockState): void {
    this.#state = state
    const floor = this.#floor
    if (floor !== null && (state.synchronised === true || this.#wall() >= floor.ms + this.#monotonic() - floor.at))
      this.#floor = null
    const now = { ms: this.now(), at: this.#monotonic() }
    const byMs = Math.round(now.ms - this.#last.ms - (now.at - this.#last.at))
    this.#last = now
    if (Math.abs(byMs) <= JUMP_MS) return
    const way = byMs > 0 ? 'forward' : 'back'
    this.#options.jumped(byMs, `The clock was set ${way} by ${seconds(byMs)}, or the machine slept.`)
  }
}

function seconds(ms: number): string {
  const s = Math.abs(Math.round(ms / 1000))
  return s < 7200 ? `${s} s` : s < 172_800 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86_400)} days`
}
