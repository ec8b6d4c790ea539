/**
 * Writes `up/tracks` as bytes, field by field: at thousands of tracks a second, objects and JSON.stringify cost more
 * than everything else that a box does with tracks. The test of tracks.ts checks it against the schema.
 */
import { STRIDE, type Thinning } from './thinning.ts'

/** At most what a point, and a track without its strings and points, take. */
const POINT_BYTES = 48
const TRACK_BYTES = 96
const ZERO = 48

const camera = Buffer.from('{"camera":')
const track = Buffer.from(',"track":')
const label = Buffer.from(',"label":')
const confidence = Buffer.from(',"confidence":')
const points = Buffer.from(',"points":[')

export interface NewTrack {
  /** JSON strings. */
  camera: Buffer
  label: Buffer
  track: number
  confidence: number
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
    this.#reserve(TRACK_BYTES + of.camera.length + of.label.length + (end - first) * POINT_BYTES)
    if (this.count++ > 0) this.#bytes[this.#at++] = 0x2c
    this.#put(camera)
    this.#put(of.camera)
    this.#put(track)
    this.#whole(of.track)
    this.#put(label)
    this.#put(of.label)
    this.#put(confidence)
    this.#fraction(of.confidence)
    this.#put(points)
    const at = thinning.points
    for (let i = first; i < end; i++) {
      if (!thinning.isKept(i)) continue
      if (i > first) this.#bytes[this.#at++] = 0x2c
      this.#bytes[this.#at++] = 0x5b
      this.#whole(Math.max(0, Math.round(at[i * STRIDE]! - this.#fromMs)))
      for (let k = 1; k < STRIDE; k++) {
        this.#bytes[this.#at++] = 0x2c
        this.#fraction(at[i * STRIDE + k]!)
      }
      this.#bytes[this.#at++] = 0x5d
    }
    this.#bytes[this.#at++] = 0x5d
    this.#bytes[this.#at++] = 0x7d
  }

  /** The whole message, in memory of its own. */
  end(): Buffer {
    this.#reserve(2)
    this.#bytes[this.#at++] = 0x5d
    this.#bytes[this.#at++] = 0x7d
    return Buffer.from(this.#bytes.subarray(0, this.#at))
  }

  #put(text: Buffer): void {
    const bytes = this.#bytes
    let at = this.#at
    // Shorter than what a call of set() is worth.
    for (let i = 0; i < text.length; i++) bytes[at++] = text[i]!
    this.#at = at
  }

  #whole(value: number): void {
    if (value >= 1e9) {
      this.#at += this.#bytes.write(String(value), this.#at, 'latin1')
      return
    }
    let digits = 1
    for (let limit = 10; value >= limit; limit *= 10) digits++
    let rest = value | 0
    for (let at = this.#at + digits; at-- > this.#at; ) {
      const tenth = (rest / 10) | 0
      this.#bytes[at] = ZERO + rest - tenth * 10
      rest = tenth
    }
    this.#at += digits
  }

  #fraction(value: number): void {
    const bytes = this.#bytes
    let rest = tenThousandths(value)
    if (rest === 0 || rest === 10_000) {
      bytes[this.#at++] = rest === 0 ? ZERO : ZERO + 1
      return
    }
    let digits = 4
    for (; rest % 10 === 0; rest = (rest / 10) | 0) digits--
    const at = this.#at
    bytes[at] = ZERO
    bytes[at + 1] = 0x2e
    for (let i = at + 1 + digits; i > at + 1; i--) {
      const tenth = (rest / 10) | 0
      bytes[i] = ZERO + rest - tenth * 10
      rest = tenth
    }
    this.#at = at + 2 + digits
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const bytes = Buffer.alloc(2 * (this.#at + more))
    bytes.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = bytes
  }
}

/** 0 … 1 with four digits: boxes reach a little over the edge of the picture. */
export function fraction(value: number): number {
  return tenThousandths(value) / 10_000
}

function tenThousandths(value: number): number {
  return value > 0 ? (value < 1 ? Math.round(value * 10_000) : 10_000) : 0
}
