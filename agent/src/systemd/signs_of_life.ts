/**
 * What must move while the agent lives. A process whose timers run may still have lost its engine's news or stopped
 * storing events: each sign is looked at from outside, and one that has not changed for too many looks is named.
 * Looks are counted, not the clock: who stood still himself (a suspended machine, a debugger) looks again first.
 */
export interface SignOfLife {
  /** In words: what has stopped when it does not move. */
  what: string
  limitMs: number
  /** Whether it has to move now. */
  isExpected(): boolean
  /** Another value each time that it has moved. */
  value(): unknown
}

export class SignsOfLife {
  readonly #signs: readonly SignOfLife[]
  readonly #everyMs: number
  readonly #seen = new Map<SignOfLife, { value: unknown; looks: number }>()

  constructor(signs: readonly SignOfLife[], everyMs: number) {
    this.#signs = signs
    this.#everyMs = everyMs
  }

  /** Every `everyMs`: null when all is well, else what has stopped. */
  look(): string | null {
    const still = this.#signs.filter((sign) => this.#isStill(sign))
    return still.length === 0 ? null : still.map(({ what }) => what).join('; ')
  }

  #isStill(sign: SignOfLife): boolean {
    const value = sign.value()
    const before = this.#seen.get(sign)
    const moved = before === undefined || !Object.is(before.value, value) || !sign.isExpected()
    const looks = moved ? 0 : before.looks + 1
    this.#seen.set(sign, { value, looks })
    return looks * this.#everyMs > sign.limitMs
  }
}
