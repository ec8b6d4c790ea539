/**
 * From the boxes' broker to the readers': bounded, drops the oldest, never waits. Retained messages are not dropped but
 * replaced by newer ones of their topic, so that a reader always ends up with the newest state.
 */
export interface Bridged {
  topic: string
  payload: Buffer
  qos: 0 | 1
  retain: boolean
}

export const BRIDGE_MESSAGES = 2000
const BRIDGE_BYTES = 32 * 1024 * 1024
/** Deliveries under way at a time: below the concurrency of aedes' emitter, so that it never queues on its own. */
const UNDER_WAY = 32

export class Bridge {
  drops = 0
  readonly #deliver: (message: Bridged, done: () => void) => void
  readonly #retained = new Map<string, Bridged>()
  #queue: Bridged[] = []
  #bytes = 0
  #underWay = 0

  constructor(deliver: (message: Bridged, done: () => void) => void) {
    this.#deliver = deliver
  }

  push(message: Bridged): void {
    if (message.retain) this.#retained.set(message.topic, message)
    else {
      this.#queue.push(message)
      this.#bytes += message.payload.length
      while (this.#queue.length > BRIDGE_MESSAGES || this.#bytes > BRIDGE_BYTES) {
        this.#bytes -= this.#queue.shift()?.payload.length ?? 0
        this.drops++
      }
    }
    this.#pump()
  }

  get waiting(): number {
    return this.#queue.length + this.#retained.size
  }

  clear(): void {
    this.#queue = []
    this.#bytes = 0
    this.#retained.clear()
  }

  #pump(): void {
    while (this.#underWay < UNDER_WAY) {
      const next = this.#next()
      if (next === undefined) return
      this.#underWay++
      this.#deliver(next, () => {
        this.#underWay--
        this.#pump()
      })
    }
  }

  #next(): Bridged | undefined {
    for (const [topic, message] of this.#retained) {
      this.#retained.delete(topic)
      return message
    }
    const message = this.#queue.shift()
    if (message) this.#bytes -= message.payload.length
    return message
  }
}
