/**
 * What goes back to a box for its events, first MQTT's acknowledgement and after the commit our receipt, leaves as one
 * write: over TLS each costs as much as the reading of the event.
 */
import type { Client } from 'aedes'

/** When no receipt comes, such as for a message that cannot be read. */
const LONGEST_MS = 100

export class Gather {
  readonly #held = new Map<Client, NodeJS.Timeout>()

  hold(client: Client): void {
    if (this.#held.has(client)) return
    client.conn.cork()
    const limit = setTimeout(() => this.release(client), LONGEST_MS).unref()
    this.#held.set(client, limit)
  }

  release(client: Client): void {
    const limit = this.#held.get(client)
    if (limit === undefined) return
    clearTimeout(limit)
    this.#held.delete(client)
    client.conn.uncork()
  }
}
