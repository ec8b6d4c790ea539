/** What happened on the box, as far as its own page shows it: the newest, and whoever waits for the next. */
import type { EventBody, Severity } from '@vedette/protocol'

export type BoxEvent = EventBody & {
  n: number
  at: string
  severity: Severity
  /** The same as a sentence. */
  words: string
}

const KEPT = 200

export class RecentEvents {
  readonly #events: BoxEvent[] = []
  readonly #listeners = new Set<(event: BoxEvent) => void>()
  #last = 0

  add(body: EventBody, severity: Severity, words: string): void {
    const event = { ...body, n: ++this.#last, at: new Date().toISOString(), severity, words }
    this.#events.push(event)
    if (this.#events.length > KEPT) this.#events.shift()
    for (const listener of this.#listeners) listener(event)
  }

  /** Newest first. */
  list(limit: number): BoxEvent[] {
    return this.#events.slice(-limit).reverse()
  }

  /** Returns what ends it. */
  listen(listener: (event: BoxEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
