/** Who is connected to `/ws/{client_id}`: gone a minute after it was last heard of, however its connection ended. */
export interface ClientView {
  id: string
  state: 'connected'
  connectedAt: string
  lastSeenAt: string
}

const TTL_MS = 60_000
const MOST = 1000

export class Clients {
  readonly #clients = new Map<string, { connectedAt: number; lastSeenAt: number; sockets: number }>()

  /** False when there are too many. */
  connect(id: string): boolean {
    const now = Date.now()
    const known = this.#clients.get(id)
    if (!known && this.list().length >= MOST) return false
    const before = known ?? { connectedAt: now, sockets: 0 }
    this.#clients.set(id, { ...before, lastSeenAt: now, sockets: before.sockets + 1 })
    return true
  }

  seen(id: string): void {
    const client = this.#clients.get(id)
    if (client) client.lastSeenAt = Date.now()
  }

  leave(id: string): void {
    const client = this.#clients.get(id)
    if (client && --client.sockets === 0) this.#clients.delete(id)
  }

  list(): ClientView[] {
    const oldest = Date.now() - TTL_MS
    for (const [id, { lastSeenAt }] of this.#clients) if (lastSeenAt < oldest) this.#clients.delete(id)
    return [...this.#clients].map(([id, { connectedAt, lastSeenAt }]) => ({
      id,
      state: 'connected',
      connectedAt: new Date(connectedAt).toISOString(),
      lastSeenAt: new Date(lastSeenAt).toISOString()
    }))
  }
}
