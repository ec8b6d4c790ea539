/** Sends stored events, at most IN_FLIGHT without a receipt; again after a reconnect or RESEND_MS without one. */
import type { Event } from '@vedette/protocol'

const IN_FLIGHT = 64
const RESEND_MS = 30_000

export interface EventSenderOptions {
  /** The oldest events without a receipt. */
  unreceipted(limit: number): Event[]
  /** False when offline. */
  send(events: Event[]): boolean
}

export class EventSender {
  readonly #options: EventSenderOptions
  readonly #inFlight = new Set<number>()
  #isOnline = false
  #resend: NodeJS.Timeout | null = null

  constructor(options: EventSenderOptions) {
    this.#options = options
  }

  online(): void {
    this.#isOnline = true
    this.#inFlight.clear()
    this.changed()
  }

  offline(): void {
    this.#isOnline = false
    if (this.#resend) clearTimeout(this.#resend)
    this.#resend = null
  }

  /** Something was stored or receipted. */
  changed(): void {
    if (!this.#isOnline) return
    const window = this.#options.unreceipted(IN_FLIGHT)
    const open = new Set(window.map((event) => event.n))
    let isProgress = false
    for (const n of this.#inFlight) {
      if (!open.has(n)) {
        this.#inFlight.delete(n)
        isProgress = true
      }
    }
    const fresh = window.filter((event) => !this.#inFlight.has(event.n))
    if (fresh.length > 0 && this.#options.send(fresh)) for (const event of fresh) this.#inFlight.add(event.n)
    this.#watch(isProgress)
  }

  #watch(isProgress: boolean): void {
    if (this.#inFlight.size > 0 && this.#resend && !isProgress) return
    if (this.#resend) clearTimeout(this.#resend)
    this.#resend = null
    if (this.#inFlight.size === 0) return
    this.#resend = setTimeout(() => {
      this.#resend = null
      this.#inFlight.clear()
      this.changed()
    }, RESEND_MS)
  }
}
