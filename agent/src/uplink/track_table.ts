/**
 * The tracks of one camera by the tracker's ids: records in flat memory, found by open addressing. What every object of
 * every frame touches lies together: with a thousand cameras each frame finds it outside of the processor's caches.
 */
const NONE = -1
const FIRST_ROOM = 16

/** A record: the tracker's id first, then these. */
export const RECORD = 4
/** Last row in the log, or NO_ROW. */
export const ROW = 1
export const CONFIDENCE = 2
/** Ours since it began; before, minus the number of frames it was seen in. */
export const ID = 3

/** Of a record, what is seldom looked at. Where the track was is as of the last time it was told, as its end is. */
export const DETAILS = 7
export const FIRST_MS = 0
export const LAST_MS = 1
export const CLASS_ID = 2
export const BOX = 3

export class TrackTable {
  /** Records 0 … count - 1 are in use. */
  count = 0
  records = new Float64Array(FIRST_ROOM * RECORD)
  details = new Float64Array(FIRST_ROOM * DETAILS)
  /** A power of two, at most half full. */
  #places = new Int32Array(2 * FIRST_ROOM).fill(NONE)

  /** Which record a track has, or -1. */
  find(id: number): number {
    const places = this.#places
    const mask = places.length - 1
    for (let at = id & mask; ; at = (at + 1) & mask) {
      const one = places[at]!
      if (one === NONE || this.records[one * RECORD] === id) return one
    }
  }

  /** Room for more tracks: until then, `records` and `details` stay where they are. */
  reserve(more: number): void {
    const wanted = this.count + more
    if (2 * wanted <= this.#places.length) return
    const { records, details } = this
    let room = this.#places.length / 2
    while (room < wanted) room *= 2
    this.records = new Float64Array(room * RECORD)
    this.records.set(records)
    this.details = new Float64Array(room * DETAILS)
    this.details.set(details)
    this.#places = new Int32Array(2 * room)
    this.#index()
  }

  /** For an id that `find` does not know. */
  add(id: number): number {
    const one = this.count++
    this.records[one * RECORD] = id
    this.#enter(one)
    return one
  }

  /** The last record takes the place of this one. */
  remove(one: number): void {
    const last = --this.count
    this.records.copyWithin(one * RECORD, last * RECORD, (last + 1) * RECORD)
    this.details.copyWithin(one * DETAILS, last * DETAILS, (last + 1) * DETAILS)
    this.#index()
  }

  #index(): void {
    this.#places.fill(NONE)
    for (let one = 0; one < this.count; one++) this.#enter(one)
  }

  #enter(one: number): void {
    const mask = this.#places.length - 1
    let at = this.records[one * RECORD]! & mask
    while (this.#places[at] !== NONE) at = (at + 1) & mask
    this.#places[at] = one
  }
}
