/** The retained messages of a box: the latest of each, sent at every connect and when one has changed, coalesced. */
import type { ChannelName } from '@vedette/protocol'

const COALESCE_MS = 200

export class Retained {
  readonly #send: (channel: ChannelName, payload: string) => boolean
  readonly #latest = new Map<ChannelName, string>()
  readonly #changed = new Set<ChannelName>()
  #timer: NodeJS.Timeout | null = null

  constructor(send: (channel: ChannelName, payload: string) => boolean) {
    this.#send = send
  }

  set(channel: ChannelName, payload: string): void {
    if (this.#latest.get(channel) === payload) return
    this.#latest.set(channel, payload)
    this.#changed.add(channel)
    this.#timer ??= setTimeout(() => this.flush(), COALESCE_MS)
  }

  /** Everything, in the order it was first set. */
  sendAll(): void {
    for (const channel of this.#latest.keys()) this.#changed.add(channel)
    this.flush()
  }

  /** What waits goes now: before frames that already name a new catalog, say. */
  flush(): void {
    this.stop()
    for (const [channel, payload] of this.#latest) {
      if (this.#changed.has(channel) && this.#send(channel, payload)) this.#changed.delete(channel)
    }
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }
}
