/** Limits wrong sign-ins by address and by name: 5 at once, then one every 30 s. Bounded. */
const BURST = 5
const REFILL_MS = 30_000
const KEYS = 10_000

export class Tries {
  readonly #now: () => number
  /** When the bucket of a key would be full again. */
  readonly #fullAt = new Map<string, number>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Seconds to wait before the next try, or 0. */
  waitS(key: string): number {
    const ahead = (this.#fullAt.get(key) ?? 0) - this.#now()
    return Math.max(0, Math.ceil((ahead - (BURST - 1) * REFILL_MS) / 1000))
  }

  failed(key: string): void {
    const now = this.#now()
    const fullAt = Math.max(this.#fullAt.get(key) ?? 0, now) + REFILL_MS
    this.#fullAt.delete(key)
    this.#fullAt.set(key, fullAt)
    const oldest = this.#fullAt.keys().next().value
    if (this.#fullAt.size > KEYS && oldest !== undefined) this.#fullAt.delete(oldest)
  }

  succeeded(key: string): void {
    this.#fullAt.delete(key)
  }
}
