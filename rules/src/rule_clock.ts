/**
 * Time as rules see it: that of the frames, but never backwards. A box sets its clock back now and then, and nobody
 * leaves a zone by that.
 */

/** Between two frames that are further apart nobody knows what was. */
const GAP_MS = 5000
/** Frames may overtake each other by so much. */
const DISORDER_MS = 1000
/** A longer time between two frames counts as so much of watching. */
const WATCHED_MS = 1000

export class RuleClock {
  /** Of the latest frame. */
  ms = Number.NaN
  /** How long frames have come, outages taken out. */
  watchedMs = 0
  #ahead = 0

  /** The time of a frame; answers whether there was a gap before it. */
  advance(capturedMs: number): boolean {
    const before = this.ms
    if (Number.isNaN(before)) {
      this.ms = capturedMs
      return false
    }
    if (capturedMs + this.#ahead < before - DISORDER_MS) this.#ahead = before - capturedMs
    this.ms = Math.max(before, capturedMs + this.#ahead)
    const passed = this.ms - before
    this.watchedMs += Math.min(passed, WATCHED_MS)
    return passed > GAP_MS
  }

  /** What a wall clock shows, on this one. */
  of(wallMs: number): number {
    return wallMs + this.#ahead
  }
}
