/** One browser's stream of server-sent events: bounded, drops the oldest, tells how many. */
import type { LiveEvents } from '../../view.ts'

const STREAM_MESSAGES = 500
const STREAM_BYTES = 4 * 1024 * 1024
const PING_MS = 15_000

export class EventStream {
  readonly #encoder = new TextEncoder()
  readonly #onEnd: () => void
  #queue: Uint8Array[] = []
  #bytes = 0
  #drops = 0
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null
  #ping: NodeJS.Timeout | undefined

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  readonly readable = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        this.#controller = controller
        // Shows a proxy that we live, and us that the browser does not.
        this.#ping = setInterval(() => this.#push(': ping\n\n'), PING_MS).unref()
      },
      pull: () => this.#drain(),
      cancel: () => this.#finish()
    },
    { highWaterMark: 1 }
  )

  send<K extends keyof LiveEvents>(name: K, data: LiveEvents[K]): void {
    this.#push(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  end(): void {
    const controller = this.#controller
    this.#finish()
    controller?.close()
  }

  #push(text: string): void {
    if (this.#controller === null) return
    const bytes = this.#encoder.encode(text)
    this.#queue.push(bytes)
    this.#bytes += bytes.length
    while (this.#queue.length > STREAM_MESSAGES || this.#bytes > STREAM_BYTES) {
      this.#bytes -= this.#queue.shift()?.length ?? 0
      this.#drops++
    }
    this.#drain()
  }

  /** All that waits as one chunk, because each costs a write to the socket. */
  #drain(): void {
    const controller = this.#controller
    if (controller === null || (controller.desiredSize ?? 0) <= 0) return
    const chunk = this.#queue
    if (this.#drops > 0) {
      const text = `event: dropped\ndata: ${JSON.stringify({ count: this.#drops })}\n\n`
      chunk.unshift(this.#encoder.encode(text))
    }
    this.#queue = []
    this.#bytes = 0
    this.#drops = 0
    if (chunk.length > 0) controller.enqueue(Buffer.concat(chunk))
  }

  #finish(): void {
    if (this.#controller === null) return
    this.#controller = null
    clearInterval(this.#ping)
    this.#queue = []
    this.#onEnd()
  }
}
