/** The wire format of protobuf, as much of it as frames.proto needs. */
import { ProtocolError } from './error.ts'

/** Reads forward over encoded bytes. Every fault is a ProtocolError with the code `protobuf`. */
export class Reader {
  #at = 0
  readonly #bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at
  }

  tag(): number {
    const tag = this.varint()
    if (tag < 8) throw fault('a field number of at least 1', `tag ${tag}`)
    return tag
  }

  /** Exact, or refused: a number that JavaScript would round is worse than none. */
  varint(): number {
    let value = 0
    let factor = 1
    for (let i = 0; i < 10; i++) {
      const byte = this.#next()
      value += (byte & 127) * factor
      if (value > Number.MAX_SAFE_INTEGER) throw fault('a number of at most 2^53 - 1', 'a larger one')
      if (byte < 128) return value
      factor *= 128
    }
    throw fault('a varint of at most 10 bytes', 'a longer one')
  }

  uint32(): number {
    return Number(this.bigVarint() & 0xffff_ffffn)
  }

  bigVarint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#next()
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asUintN(64, value)
    }
    throw fault('a varint of at most 10 bytes', 'a longer one')
  }

  bytes(): Uint8Array {
    return this.#take(this.varint())
  }

  /** The entries of a repeated number, packed or single by the wire type in its tag. */
  varints(tag: number): number[] {
    if ((tag & 7) === 0) return [this.varint()]
    const part = new Reader(this.bytes())
    const values: number[] = []
    while (!part.atEnd) values.push(part.varint())
    return values
  }

  /** The entries of a repeated float, packed or single by the wire type in its tag. */
  floats(tag: number): Float32Array {
    const bytes = (tag & 7) === 5 ? this.#take(4) : this.bytes()
    if (bytes.length % 4 !== 0) throw fault('packed floats of 4 bytes each', `${bytes.length} bytes`)
    // Copied, because a view needs bytes on a multiple of four; not by slice(), which does not copy a Buffer.
    return new Float32Array(new Uint8Array(bytes).buffer)
  }

  skip(tag: number): void {
    const wireType = tag & 7
    if (wireType === 0) this.bigVarint()
    else if (wireType === 1) this.#take(8)
    else if (wireType === 2) this.bytes()
    else if (wireType === 5) this.#take(4)
    else throw fault('wire type 0, 1, 2 or 5', `wire type ${wireType}`)
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) throw this.#cut(length)
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  #next(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw this.#cut(1)
    this.#at++
    return byte
  }

  #cut(length: number): ProtocolError {
    return fault(`${length} more bytes at ${this.#at}`, `only ${this.#bytes.length - this.#at}`)
  }
}

export function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return bytes
}

export function bigVarint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return [...bytes, Number(rest)]
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function fault(expected: string, received: string): ProtocolError {
  return new ProtocolError('protobuf', `up/frames: expected ${expected}, received ${received}`)
}
