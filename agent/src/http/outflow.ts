/** Text on its way to one reader: what it does not take in time waits, so many of them, and then the oldest is lost. */
export interface OutflowOptions {
  /** Hands one on to the connection. */
  write(text: string): void
  /** The connection holds so much already that more would only pile up. */
  isClogged(): boolean
}

const WAITING = 64

export class Outflow<T extends object> {
  readonly #options: OutflowOptions
  readonly #textOf: (item: T & { missed?: number }) => string
  readonly #waiting: T[] = []
  #missed = 0

  constructor(options: OutflowOptions, textOf: (item: T & { missed?: number }) => string) {
    this.#options = options
    this.#textOf = textOf
  }

  push(item: T): void {
    this.#waiting.push(item)
    if (this.#waiting.length > WAITING) {
      this.#waiting.shift()
      this.#missed++
    }
    this.flush()
  }

  /** The connection may have room again. */
  flush(): void {
    while (this.#waiting.length > 0 && !this.#options.isClogged()) {
      const item = this.#waiting.shift()!
      this.#options.write(this.#textOf(this.#missed > 0 ? { ...item, missed: this.#missed } : item))
      this.#missed = 0
    }
  }
}
