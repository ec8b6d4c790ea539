/**
 * Whether something that beats has fallen silent. It counts its own looks, not the clock: who stood still himself (a
 * suspended machine, a debugger) hears what waits for him before he accuses anybody.
 */
export interface PulseOptions {
  everyMs: number
  /** Looks in a row without a beat. */
  looks: number
  silent(): void
}

export class Pulse {
  readonly #options: PulseOptions
  #timer: NodeJS.Timeout | null = null
  #missed = 0

  constructor(options: PulseOptions) {
    this.#options = options
  }

  start(): void {
    this.stop()
    this.#missed = 0
    this.#timer = setInterval(() => this.#look(), this.#options.everyMs)
  }

  beat(): void {
    this.#missed = 0
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  #look(): void {
    this.#missed++
    if (this.#missed < this.#options.looks) return
    this.stop()
    this.#options.silent()
  }
}
