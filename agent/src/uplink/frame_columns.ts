/**
 * Reads one encoded frame (protocol/frames.proto) where it lies: ids are decoded, all else is read when it is asked for.
 * No allocation for an object or a frame. `decodeFrameBatch` of the protocol is for pages; a box sees thousands of
 * frames a second.
 */
import { type Attribute, decodeAttribute, ProtocolError } from '@vedette/protocol'

const LARGEST = 4096
const FLOAT_COLUMNS = 5

export class FrameColumns {
  count = 0
  capturedMs = 0
  readonly trackId = new Float64Array(LARGEST)
  #classesAt = 0
  /** Where the columns of fields 10 … 14 begin. */
  readonly #floatsAt = new Uint32Array(FLOAT_COLUMNS)
  /** Where each message of field 17 begins and ends. */
  readonly #attributes: number[] = []
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
    this.capturedMs = 0
    this.#attributes.length = 0
    this.#at = from
    if (to > this.#bytes.length || this.#varint() !== 0x1a) return false
    if (this.#varint() !== to - this.#at) return false
    let counted = -1
    let columns = 0
    while (this.#at < to) {
      const tag = this.#varint()
      if ((tag & 7) === 0) {
        if (tag === 0x18) this.capturedMs = this.#varint() / 1000
        else this.#skipVarint()
        continue
      }
      if ((tag & 7) !== 2) return false
      const end = this.#varint() + this.#at
      if (end > to) return false
      if (tag >> 3 > LAST_COLUMN) {
        if (tag >> 3 === ATTRIBUTES) this.#attributes.push(this.#at, end)
        this.#at = end
        continue
      }
      const n = this.#column(tag >> 3, end)
      if (n < 0 || (counted >= 0 && n !== counted)) return false
      counted = n
      columns |= 1 << (tag >> 3)
      this.#at = end
    }
    this.count = Math.max(0, counted)
    return this.#at === to && (counted <= 0 || columns === ALL_COLUMNS)
  }

  /** Seldom asked for, so it is looked for when it is. */
  classId(object: number): number {
    this.#at = this.#classesAt
    for (let before = 0; before < object; before++) this.#skipVarint()
    return this.#varint()
  }

  confidence(object: number): number {
    return this.#view.getFloat32(this.#floatsAt[0]! + object * 4, true)
  }

  /** Of each object, one after the other: left, top, width, height. */
  copyBoxes(into: Float32Array, at: number): void {
    const view = this.#view
    let left = this.#floatsAt[1]!
    let top = this.#floatsAt[2]!
    let width = this.#floatsAt[3]!
    let height = this.#floatsAt[4]!
    const end = at + this.count * 4
    while (at < end) {
      into[at++] = view.getFloat32(left, true)
      into[at++] = view.getFloat32(top, true)
      into[at++] = view.getFloat32(width, true)
      into[at++] = view.getFloat32(height, true)
      left += 4
      top += 4
      width += 4
      height += 4
    }
  }

  get hasAttributes(): boolean {
    return this.#attributes.length > 0
  }

  /** What secondary models say of objects, in the order of the frame. Damaged ones and those of no object are left out. */
  attributes(): Attribute[] {
    const found: Attribute[] = []
    for (let i = 0; i < this.#attributes.length; i += 2) {
      try {
        const one = decodeAttribute(this.#bytes.subarray(this.#attributes[i]!, this.#attributes[i + 1]!))
        if (one.object < this.count) found.push(one)
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
      }
    }
    return found
  }

  #column(field: number, end: number): number {
    if (field === 8) {
      this.#classesAt = this.#at
      return this.#countVarints(end)
    }
    if (field === 9) return this.#trackIds(end)
    if (field < 10) return -1
    const n = (end - this.#at) / 4
    if (!Number.isInteger(n) || n > LARGEST) return -1
    this.#floatsAt[field - 10] = this.#at
    return n
  }

  #countVarints(end: number): number {
    const bytes = this.#bytes
    let n = 0
    for (let at = this.#at; at < end; at++) if (bytes[at]! < 128) n++
    return n <= LARGEST && (n === 0 || bytes[end - 1]! < 128) ? n : -1
  }

  #trackIds(end: number): number {
    const bytes = this.#bytes
    const ids = this.trackId
    let at = this.#at
    let n = 0
    while (at < end && n < LARGEST) {
      let byte = bytes[at++]!
      let id = byte & 127
      for (let factor = 128; byte >= 128 && at < end; factor *= 128) {
        byte = bytes[at++]!
        id += (byte & 127) * factor
      }
      if (byte >= 128) return -1
      ids[n++] = id
    }
    return at === end ? n : -1
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

  #skipVarint(): void {
    while (this.#bytes[this.#at++]! >= 128);
  }
}

/** What comes after it (masks, analytics …) is sent on as it is, and not looked at, but for attributes. */
const LAST_COLUMN = 14
const ATTRIBUTES = 17
/** Fields 8 … 14. */
const ALL_COLUMNS = 0x7f00
