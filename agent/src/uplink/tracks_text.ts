/**
 * Writes `up/tracks` as bytes, field by field: at thousands of tracks a second, objects and JSON.stringify cost more
 * than everything else that a box does with tracks. The test of tracks.ts checks it against the schema.
 */
import { STRIDE, type Thinning } from './thinning.ts'

/** At most what a point, and a track without its strings and points, take. */
const POINT_BYTES = 48
const TRACK_BYTES = 96
const ZERO = 48
const COMMA = 44
const POINT = 46

const camera = Buffer.from('{"camera":')
const track = Buffer.from(',"track":')
const label = Buffer.from(',"label":')
const confidence = Buffer.from(',"confidence":')
const attributes = Buffer.from(',"attributes":')
const points = Buffer.from(',"points":[')

export interface NewTrack {
  /** JSON strings. */
  camera: Buffer
  label: Buffer
  track: number
  confidence: number
  /** A JSON array; null when nothing is said of it. */
  attributes: Buffer | null
}

export class TracksText {
  count = 0
  #bytes = Buffer.alloc(64 * 1024)
  #at = 0
  #fromMs = 0

  begin(fromMs: number): void {
    this.count = 0
    this.#fromMs = fromMs
    this.#at = this.#bytes.write(`{"v":1,"from":"${new Date(fromMs).toISOString()}","tracks":[`, 'latin1')
  }

  /** The points that `thinning` keeps, from number `first` to its end. */
  add(of: NewTrack, thinning: Thinning, first: number): void {
    const end = thinning.room
    const texts = of.camera.length + of.label.length + (of.attributes?.length ?? 0)
    this.#reserve(TRACK_BYTES + texts + (end - first) * POINT_BYTES)
    const bytes = this.#bytes
    let at = this.#at
    if (this.count++ > 0) bytes[at++] = COMMA
    at = put(bytes, at, camera)
    at = put(bytes, at, of.camera)
    at = put(bytes, at, track)
    at = putWhole(bytes, at, of.track)
    at = put(bytes, at, label)
    at = put(bytes, at, of.label)
    at = put(bytes, at, confidence)
    at = putFraction(bytes, at, of.confidence)
    if (of.attributes) at = put(bytes, put(bytes, at, attributes), of.attributes)
    at = put(bytes, at, points)
    const values = thinning.points
    for (let i = first; i < end; i++) {
      if (!thinning.isKept(i)) continue
      if (i > first) bytes[at++] = COMMA
      bytes[at++] = 0x5b
      let value = i * STRIDE
      at = putWhole(bytes, at, Math.max(0, Math.floor(values[value]! - this.#fromMs + 0.5)))
      for (const last = value + STRIDE; ++value < last; ) {
        bytes[at++] = COMMA
        at = putFraction(bytes, at, values[value]!)
      }
      bytes[at++] = 0x5d
    }
    bytes[at++] = 0x5d
    bytes[at++] = 0x7d
    this.#at = at
  }

  /** The whole message, in memory of its own. */
  end(): Buffer {
    this.#reserve(2)
    this.#bytes[this.#at++] = 0x5d
    this.#bytes[this.#at++] = 0x7d
    return Buffer.from(this.#bytes.subarray(0, this.#at))
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const bytes = Buffer.alloc(2 * (this.#at + more))
    bytes.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = bytes
  }
}

// Each of these writes at a place and returns the next one.

function put(bytes: Buffer, at: number, text: Buffer): number {
  // Shorter than what a call of set() is worth.
  for (let i = 0; i < text.length; i++) bytes[at + i] = text[i]!
  return at + text.length
}

function putWhole(bytes: Buffer, at: number, value: number): number {
  if (value >= 1e9) return at + bytes.write(String(value), at, 'latin1')
  let digits = 1
  for (let limit = 10; value >= limit; limit *= 10) digits++
  let rest = value | 0
  for (let i = at + digits - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0
    bytes[i] = ZERO + rest - tenth * 10
    rest = tenth
  }
  return at + digits
}

function putFraction(bytes: Buffer, at: number, value: number): number {
  let rest = tenThousandths(value)
  if (rest === 0 || rest === 10_000) {
    bytes[at] = rest === 0 ? ZERO : ZERO + 1
    return at + 1
  }
  let digits = 4
  for (; rest % 10 === 0; rest = (rest / 10) | 0) digits--
  bytes[at] = ZERO
  bytes[at + 1] = POINT
  for (let i = at + 1 + digits; i > at + 1; i--) {
    const tenth = (rest / 10) | 0
    bytes[i] = ZERO + rest - tenth * 10
    rest = tenth
  }
  return at + 2 + digits
}

/** 0 … 1 with four digits: boxes reach a little over the edge of the picture. */
export function fraction(value: number): number {
  return tenThousandths(value) / 10_000
}

function tenThousandths(value: number): number {
  return value > 0 ? (value < 1 ? (value * 10_000 + 0.5) | 0 : 10_000) : 0
}
