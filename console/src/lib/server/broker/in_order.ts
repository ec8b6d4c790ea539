/**
 * Publishes so that aedes emits in the order given. aedes gives every message a rising number at once, but emits a
 * retained one, and one of QoS 1, a few ticks later than a plain one that was published after it; and then drops it at
 * each client as a duplicate, because its number is lower than the last one that the client got (aedes 1.2,
 * lib/client.js, dedupe). So the next message begins when the one before it is emitted: not when it is delivered, which
 * a slow client decides.
 */
import type { Aedes } from 'aedes'

export interface Ordered {
  topic: string
  payload: string | Buffer
  qos: 0 | 1
  retain: boolean
}

export class InOrder {
  readonly #broker: Aedes
  #waiting: { message: Ordered; done: (error?: Error) => void }[] = []
  #beginning: Ordered | null = null

  /** `topics`: filters that match all that is published by this. */
  constructor(broker: Aedes, topics: readonly string[]) {
    this.#broker = broker
    for (const topic of topics) {
      const emitted = ({ topic, payload }: Pick<Ordered, 'topic' | 'payload'>, next: () => void) => {
        const message = this.#beginning
        // The other subscribers get it in this same tick: the next message must not overtake it there.
        if (topic === message?.topic && payload === message.payload) queueMicrotask(() => this.#begun(message))
        next()
      }
      broker.subscribe(topic, emitted, () => {})
    }
  }

  /** `done` is called when every subscriber has taken the message. */
  publish(message: Ordered, done: (error?: Error) => void): void {
    this.#waiting.push({ message, done })
    this.#pump()
  }

  #begun(message: Ordered): void {
    if (this.#beginning !== message) return
    this.#beginning = null
    this.#pump()
  }

  #pump(): void {
    const next = this.#beginning === null ? this.#waiting.shift() : undefined
    if (next) this.#begin(next)
  }

  #begin({ message, done }: { message: Ordered; done: (error?: Error) => void }): void {
    const { payload } = message
    // A view of its own, so that this message and no other of its topic is known when it is emitted.
    const beginning = { ...message, payload: typeof payload === 'string' ? Buffer.from(payload) : payload.subarray() }
    this.#beginning = beginning
    this.#broker.publish({ ...beginning, cmd: 'publish', dup: false }, (error) => {
      // Refused before it was emitted, such as for a topic of too many levels.
      queueMicrotask(() => this.#begun(beginning))
      done(error)
    })
  }
}
