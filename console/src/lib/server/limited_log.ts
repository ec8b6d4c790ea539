/** Warnings that the outside can cause: a few at once of each cause, then one now and then with how many were left out. */
export const BURST = 20
const EVERY_MS = 3000
const CAUSES = 1000

interface Cause {
  allowed: number
  atMs: number
  leftOut: number
}

export class LimitedLog {
  readonly #write: (message: string) => void
  readonly #now: () => number
  readonly #causes = new Map<string, Cause>()

  constructor(write: (message: string) => void, now: () => number) {
    this.#write = write
    this.#now = now
  }

  /** `cause`: whose fault it is, such as a box. */
  warn(cause: string, message: string): void {
    const nowMs = this.#now()
    const before = this.#causes.get(cause) ?? { allowed: BURST, atMs: nowMs, leftOut: 0 }
    const allowed = Math.min(BURST, before.allowed + (nowMs - before.atMs) / EVERY_MS)
    const isTold = allowed >= 1
    // Moved to the end, so that the first one is the one longest quiet.
    this.#causes.delete(cause)
    this.#causes.set(cause, {
      allowed: isTold ? allowed - 1 : allowed,
      atMs: nowMs,
      leftOut: isTold ? 0 : before.leftOut + 1
    })
    const [oldest] = this.#causes.keys()
    if (this.#causes.size > CAUSES && oldest !== undefined) this.#causes.delete(oldest)
    if (!isTold) return
    const rest = before.leftOut === 0 ? '' : ` (and ${before.leftOut} more before it)`
    this.#write(`${cause}: ${message}${rest}`)
  }
}
