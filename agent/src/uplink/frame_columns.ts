/**
 * Reads one encoded frame (protocol/frames.proto) into columns that are used again for the next: no allocation for an
 * object or a frame. `decodeFrameBatch` of the protocol is for pages; a box sees thousands of frames a second.
 */
const LARGEST = 4096

export class FrameColumns {
  count = 0
  camera = 0
  capturedMs = 0
  readonly classId = new Uint32Array(LARGEST)
  readonly trackId = new Float64Array(LARGEST)
  readonly confidence = new Float32Array(LARGEST)
  readonly left = new Float32Array(LARGEST)
  readonly top = new Float32Array(LARGEST)
  readonly width = new Float32Array(LARGEST)
  readonly height = new Float32Array(LARGEST)
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  #at = 0

  /** Of the bytes that the next reads are about. */
  open(bytes: Uint8Array): void {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** The entry at bytes[from … to], tag and length of the `frames` field included. False when it is damaged. */
  read(from: number, to: number): boolean {
    this.count = 0
    this.#at = from
    if (to > this.#bytes.length || this.#varint() !== 0x1a) return false
    if (this.#varint() !== to - this.#at) return false
    let counted = -1
    while (this.#at < to) {
      const tag = this.#varint()
      if ((tag & 7) === 0) {
        const value = this.#varint()
        if (tag === 0x08) this.camera = value
        else if (tag === 0x18) this.capturedMs = value / 1000
        continue
      }
      if ((tag & 7) !== 2) return false
      const end = this.#varint() + this.#at
      if (end > to) return false
      const n = this.#column(tag >> 3, end)
      if (n < 0 || (counted >= 0 && n !== counted)) return false
      counted = n
      this.#at = end
    }
    this.count = Math.max(0, counted)
    return this.#at === to
  }

  #column(field: number, end: number): number {
    switch (field) {
      case 8:
        return this.#varints(this.classId, end)
      case 9:
        return this.#varints(this.trackId, end)
      case 10:
        return this.#floats(this.confidence, end)
      case 11:
        return this.#floats(this.left, end)
      case 12:
        return this.#floats(this.top, end)
      case 13:
        return this.#floats(this.width, end)
      case 14:
        return this.#floats(this.height, end)
      default:
        return -1
    }
  }

  #varints(into: Uint32Array | Float64Array, end: number): number {
    let n = 0
    while (this.#at < end && n < LARGEST) into[n++] = this.#varint()
    return this.#at === end ? n : -1
  }

  #floats(into: Float32Array, end: number): number {
    const n = (end - this.#at) / 4
    if (!Number.isInteger(n) || n > LARGEST) return -1
    for (let i = 0; i < n; i++) into[i] = this.#view.getFloat32(this.#at + i * 4, true)
    return n
  }

  /** Exact up to 2^53. Past the end it reads zeros, which the checks of lengths find. */
  #varint(): number {
    let byte = this.#bytes[this.#at++] ?? 0
    if (byte < 128) return byte
    let value = byte & 127
    for (let factor = 128; byte >= 128 && factor < 2 ** 70; factor *= 128) {
      byte = this.#bytes[this.#at++] ?? 0
      value += (byte & 127) * factor
    }
    return value
  }
}
