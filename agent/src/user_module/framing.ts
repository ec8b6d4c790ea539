/**
 * What goes through the pipe to a user's module and back: `length of the head ‖ length of the bytes ‖ head (JSON) ‖
 * bytes`, lengths as 32-bit big-endian. Whoever is at the other end may write anything: lengths are bounded, and what
 * does not read is an error of its own.
 */
const LENGTHS = 8

export interface Framed {
  head: unknown
  bytes: Buffer
}

class FramingError extends Error {
  override name = 'FramingError'
}

export function framed(head: unknown, bytes: Uint8Array = new Uint8Array()): Buffer[] {
  const text = Buffer.from(JSON.stringify(head))
  const lengths = Buffer.alloc(LENGTHS)
  lengths.writeUInt32BE(text.length, 0)
  lengths.writeUInt32BE(bytes.length, 4)
  return [lengths, text, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)]
}

/** Takes chunks as they come and gives whole messages. */
export class Unframing {
  readonly #limitBytes: number
  #chunks: Buffer[] = []
  #length = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  add(chunk: Buffer): Framed[] {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    const found: Framed[] = []
    for (;;) {
      if (this.#length < LENGTHS) return found
      const first = this.#first(LENGTHS)
      const headLength = first.readUInt32BE(0)
      const bytesLength = first.readUInt32BE(4)
      const whole = LENGTHS + headLength + bytesLength
      if (whole > this.#limitBytes)
        throw new FramingError(`expected a message of at most ${this.#limitBytes} bytes, received one of ${whole}`)
      if (this.#length < whole) return found
      found.push(this.#take(headLength, bytesLength))
    }
  }

  #take(headLength: number, bytesLength: number): Framed {
    const whole = LENGTHS + headLength + bytesLength
    const all = this.#first(whole)
    const rest = all.subarray(whole)
    this.#chunks = rest.length > 0 ? [rest] : []
    this.#length -= whole
    return {
      head: parsed(all.toString('utf8', LENGTHS, LENGTHS + headLength)),
      bytes: all.subarray(LENGTHS + headLength, whole)
    }
  }

  /** At least so many bytes in one piece, at the front. */
  #first(length: number): Buffer {
    if (this.#chunks[0]!.length < length) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new FramingError(`expected JSON, received ${JSON.stringify(text.slice(0, 80))}`)
  }
}
