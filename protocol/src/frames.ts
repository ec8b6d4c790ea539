/** `up/frames`: reads and joins encoded FrameBatches (frames.proto) without a protobuf library, so browsers can too. */
import { ProtocolError } from './codec.ts'

/** One analysed frame; the columns have one entry per object. */
export interface Frame {
  camera: number
  number: number
  /** Microseconds since 1970. */
  capturedUs: number
  ptsNs: bigint
  width: number
  height: number
  latencyUs: number
  classId: Uint32Array
  trackId: Float64Array
  confidence: Float32Array
  /** 0 … 1 of the picture. */
  left: Float32Array
  top: Float32Array
  boxWidth: Float32Array
  boxHeight: Float32Array
}

export interface FrameBatch {
  catalog: string
  sequence: number
  frames: Frame[]
}

/** The two header fields: put before the joined entries of `frames` they make a whole FrameBatch. */
export function encodeBatchHeader(catalog: string, sequence: number): Uint8Array {
  const name = new TextEncoder().encode(catalog)
  return Uint8Array.from([0x0a, ...varint(name.length), ...name, 0x10, ...varint(sequence)])
}

export function decodeFrameBatch(bytes: Uint8Array): FrameBatch {
  const reader = new Reader(bytes)
  const batch: FrameBatch = { catalog: '', sequence: 0, frames: [] }
  while (!reader.atEnd) {
    const tag = reader.varint()
    if (tag === 0x0a) batch.catalog = new TextDecoder().decode(reader.bytes())
    else if (tag === 0x10) batch.sequence = reader.varint()
    else if (tag === 0x1a) batch.frames.push(decodeFrame(reader.bytes()))
    else reader.skip(tag & 7)
  }
  return batch
}

function decodeFrame(bytes: Uint8Array): Frame {
  const reader = new Reader(bytes)
  const frame: Frame = {
    camera: 0,
    number: 0,
    capturedUs: 0,
    ptsNs: 0n,
    width: 0,
    height: 0,
    latencyUs: 0,
    classId: new Uint32Array(0),
    trackId: new Float64Array(0),
    confidence: new Float32Array(0),
    left: new Float32Array(0),
    top: new Float32Array(0),
    boxWidth: new Float32Array(0),
    boxHeight: new Float32Array(0)
  }
  while (!reader.atEnd) {
    const tag = reader.varint()
    switch (tag >> 3) {
      case 1:
        frame.camera = reader.varint()
        break
      case 2:
        frame.number = reader.varint()
        break
      case 3:
        frame.capturedUs = reader.varint()
        break
      case 4:
        frame.ptsNs = reader.bigVarint()
        break
      case 5:
        frame.width = reader.varint()
        break
      case 6:
        frame.height = reader.varint()
        break
      case 7:
        frame.latencyUs = reader.varint()
        break
      case 8:
        frame.classId = Uint32Array.from(varints(reader.bytes()))
        break
      case 9:
        frame.trackId = Float64Array.from(varints(reader.bytes()))
        break
      case 10:
        frame.confidence = floats(reader.bytes())
        break
      case 11:
        frame.left = floats(reader.bytes())
        break
      case 12:
        frame.top = floats(reader.bytes())
        break
      case 13:
        frame.boxWidth = floats(reader.bytes())
        break
      case 14:
        frame.boxHeight = floats(reader.bytes())
        break
      default:
        reader.skip(tag & 7)
    }
  }
  const n = frame.classId.length
  for (const column of [frame.trackId, frame.confidence, frame.left, frame.top, frame.boxWidth, frame.boxHeight]) {
    if (column.length !== n) {
      throw new ProtocolError('protobuf', `up/frames: expected ${n} entries in every column, received ${column.length}`)
    }
  }
  return frame
}

function varints(bytes: Uint8Array): number[] {
  const reader = new Reader(bytes)
  const values: number[] = []
  while (!reader.atEnd) values.push(reader.varint())
  return values
}

function floats(bytes: Uint8Array): Float32Array {
  if (bytes.length % 4 !== 0)
    throw new ProtocolError('protobuf', `up/frames: expected packed floats, received ${bytes.length} bytes`)
  // A copy, because a view would need the bytes to lie on a multiple of four.
  return new Float32Array(bytes.slice().buffer)
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return bytes
}

class Reader {
  #at = 0
  readonly #bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }
  get atEnd(): boolean {
    return this.#at >= this.#bytes.length
  }
  /** Exact up to 2^53. */
  varint(): number {
    let value = 0
    let factor = 1
    for (let i = 0; i < 10; i++) {
      const byte = this.#next()
      value += (byte & 127) * factor
      if (byte < 128) return value
      factor *= 128
    }
    throw new ProtocolError('protobuf', 'up/frames: expected a varint of at most 10 bytes, received a longer one')
  }
  bigVarint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#next()
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
    throw new ProtocolError('protobuf', 'up/frames: expected a varint of at most 10 bytes, received a longer one')
  }
  bytes(): Uint8Array {
    const length = this.varint()
    const end = this.#at + length
    if (end > this.#bytes.length) throw this.#cut()
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }
  skip(wireType: number): void {
    if (wireType === 0) this.bigVarint()
    else if (wireType === 1) this.#at += 8
    else if (wireType === 2) this.bytes()
    else if (wireType === 5) this.#at += 4
    else throw new ProtocolError('protobuf', `up/frames: expected wire type 0, 1, 2 or 5, received ${wireType}`)
  }
  #next(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw this.#cut()
    this.#at++
    return byte
  }
  #cut(): ProtocolError {
    return new ProtocolError('protobuf', `up/frames: expected more bytes, received only ${this.#bytes.length}`)
  }
}
