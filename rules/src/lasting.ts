/** A condition that counts when it has lasted: a number that hovers at its limit must not begin and end all the time. */
export type Turn = 'none' | 'began' | 'ended'

export class Lasting {
  readonly #beginsAfterMs: number
  readonly #endsAfterMs: number
  isOn = false
  #otherwiseSinceMs = Number.NaN
  /** When it came to be, before it had lasted. */
  #sinceMs = 0

  constructor(beginsAfterMs: number, endsAfterMs: number) {
    this.#beginsAfterMs = beginsAfterMs
    this.#endsAfterMs = endsAfterMs
  }

  look(is: boolean, ms: number): Turn {
    if (is === this.isOn) {
      this.#otherwiseSinceMs = Number.NaN
      return 'none'
    }
    if (Number.isNaN(this.#otherwiseSinceMs)) this.#otherwiseSinceMs = ms
    if (ms - this.#otherwiseSinceMs < (is ? this.#beginsAfterMs : this.#endsAfterMs)) return 'none'
    this.isOn = is
    if (is) this.#sinceMs = this.#otherwiseSinceMs
    this.#otherwiseSinceMs = Number.NaN
    return is ? 'began' : 'ended'
  }

  lastedMs(ms: number): number {
    return Math.max(0, ms - this.#sinceMs)
  }

  /** Nobody knows what was until now: what has to last begins anew. */
  skip(): void {
    this.#otherwiseSinceMs = Number.NaN
  }

  /** Ends it now. */
  stop(): void {
    this.isOn = false
    this.#otherwiseSinceMs = Number.NaN
  }
}
