/**
 * The pipe between agent and engine: length-prefixed, bounded both ways. Control never drops; raw messages (frames,
 * pictures) drop the oldest, counted. On the wire: u32 length of the rest (little endian), u8 kind, payload.
 */
import type { Duplex } from 'node:stream'

export const CONTROL = 0
export const FRAMES = 1
export const PICTURE = 2

const HEAD_BYTES = 5
/** Longest message accepted: beyond it the other side is not speaking this language. */
const MESSAGE_LIMIT_BYTES = 64 * 1024 * 1024
/** Raw bytes waiting at most, beyond what the socket has taken. */
const RAW_LIMIT_BYTES = 8 * 1024 * 1024
/** The socket is fed while it holds less than this, so that control overtakes waiting frames. */
const SOCKET_LIMIT_BYTES = 256 * 1024

export interface ChannelHandlers {
  message(kind: number, payload: Buffer): void
  /** Once, when the other side has gone or spoke nonsense. */
  closed(reason: string): void
}

export class Channel {
  readonly #stream: Duplex
  readonly #handlers: ChannelHandlers
  readonly #control: Buffer[] = []
  readonly #raw: Buffer[] = []
  readonly #reader = new MessageReader()
  #rawBytes = 0
  #dropped = 0
  #isClosed = false

  constructor(stream: Duplex, handlers: ChannelHandlers) {
    this.#stream = stream
    this.#handlers = handlers
  }

  start(): void {
    this.#stream.on('data', (chunk: Buffer) => this.#read(chunk))
    this.#stream.on('drain', () => this.#flush())
    this.#stream.on('end', () => this.#close('the other side closed the channel'))
    this.#stream.on('close', () => this.#close('the channel was closed'))
    this.#stream.on('error', (error) => this.#close(error.message))
  }

  /** Raw messages thrown away because the other side read too slowly. */
  get dropped(): number {
    return this.#dropped
  }

  control(message: unknown): void {
    this.#control.push(framed(CONTROL, [Buffer.from(JSON.stringify(message))]))
    this.#flush()
  }

  /** As `raw`, but never dropped: whoever calls it waits for answers, and so bounds what waits here. */
  sure(kind: number, ...parts: Uint8Array[]): void {
    this.#control.push(framed(kind, parts))
    this.#flush()
  }

  /** The parts follow each other in one message. */
  raw(kind: number, ...parts: Uint8Array[]): void {
    const message = framed(kind, parts)
    this.#raw.push(message)
    this.#rawBytes += message.length - HEAD_BYTES
    while (this.#rawBytes > RAW_LIMIT_BYTES && this.#raw.length > 1) {
      this.#rawBytes -= (this.#raw.shift()?.length ?? 0) - HEAD_BYTES
      this.#dropped++
    }
    this.#flush()
  }

  /** Resolves when all control messages are with the operating system, or nobody reads any more. Raw ones are given up. */
  flushed(): Promise<void> {
    this.#raw.length = 0
    for (const message of this.#control.splice(0)) this.#stream.write(message)
    return new Promise((resolve) => {
      if (this.#isClosed) resolve()
      else this.#stream.write(Buffer.alloc(0), () => resolve())
    })
  }

  stop(): void {
    this.#close('stopped')
    this.#stream.destroy()
  }

  #flush(): void {
    while (!this.#isClosed && this.#stream.writableLength < SOCKET_LIMIT_BYTES) {
      const control = this.#control.shift()
      const next = control ?? this.#raw.shift()
      if (next === undefined) return
      if (control === undefined) this.#rawBytes -= next.length - HEAD_BYTES
      this.#stream.write(next)
    }
  }

  #read(chunk: Buffer): void {
    if (this.#isClosed) return
    try {
      for (const [kind, payload] of this.#reader.read(chunk)) this.#handlers.message(kind, payload)
    } catch (error) {
      this.#close(error instanceof Error ? error.message : String(error))
      this.#stream.destroy()
    }
  }

  #close(reason: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#control.length = 0
    this.#raw.length = 0
    this.#handlers.closed(reason)
  }
}

function framed(kind: number, parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const message = Buffer.allocUnsafe(HEAD_BYTES + length)
  message.writeUInt32LE(1 + length, 0)
  message[4] = kind
  let at = HEAD_BYTES
  for (const part of parts) {
    message.set(part, at)
    at += part.length
  }
  return message
}

/** Joins chunks into messages; a payload is copied at most once. */
export class MessageReader {
  #waiting: Buffer[] = []
  #bytes = 0

  read(chunk: Buffer): [number, Buffer][] {
    const messages: [number, Buffer][] = []
    this.#waiting.push(chunk)
    this.#bytes += chunk.length
    while (this.#bytes >= HEAD_BYTES) {
      const length = this.#join(4).readUInt32LE(0)
      if (length < 1 || length > MESSAGE_LIMIT_BYTES) {
        throw new Error(
          `expected a message of 1 … ${MESSAGE_LIMIT_BYTES} bytes on the engine channel, received ${length}`
        )
      }
      if (this.#bytes < length + 4) break
      const all = this.#join(length + 4)
      this.#waiting[0] = all.subarray(length + 4)
      this.#bytes -= length + 4
      messages.push([all[4]!, all.subarray(HEAD_BYTES, length + 4)])
    }
    return messages
  }

  /** Makes the first chunk at least as long as asked. */
  #join(length: number): Buffer {
    if ((this.#waiting[0]?.length ?? 0) < length) this.#waiting = [Buffer.concat(this.#waiting)]
    return this.#waiting[0]!
  }
}
