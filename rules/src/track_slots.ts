/**
 * The tracks that a camera's rules know, each in a slot: columns that all rules read, and the number by which each rule
 * keeps its own. Bounded: tracks beyond the limit are left out and counted.
 */
const FIRST_ROOM = 16
export const TRACK_LIMIT = 1024

const FREE = 0
export const SEEN = 1
/** It stood where it was, and is not seen now. Somebody else's id may turn out to be it. */
export const MISSED = 2

export class TrackSlots {
  /** Slots 0 … used - 1 have been in use. */
  used = 0
  /** Tracks that there was no slot for. */
  refused = 0
  state = new Uint8Array(FIRST_ROOM)
  id = new Float64Array(FIRST_ROOM)
  /** By the rules' clock. */
  firstMs = new Float64Array(FIRST_ROOM)
  lastMs = new Float64Array(FIRST_ROOM)
  /** Where rules take it to be. */
  x = new Float64Array(FIRST_ROOM)
  y = new Float64Array(FIRST_ROOM)
  /** Its box: left, top, width, height. */
  boxes = new Float32Array(4 * FIRST_ROOM)
  /** Of the surest look. */
  classId = new Uint32Array(FIRST_ROOM)
  confidence = new Float32Array(FIRST_ROOM)
  readonly #slotOf = new Map<number, number>()
  readonly #free: number[] = []

  get room(): number {
    return this.state.length
  }

  /** The slot of a track, or -1. */
  find(id: number): number {
    return this.#slotOf.get(id) ?? -1
  }

  /** A slot for a track that has none, or -1 when there are too many. */
  take(id: number): number {
    const slot = this.#free.pop() ?? (this.used < TRACK_LIMIT ? this.used++ : -1)
    if (slot < 0) {
      this.refused++
      return -1
    }
    if (slot >= this.room) this.#grow()
    this.state[slot] = SEEN
    this.id[slot] = id
    this.#slotOf.set(id, slot)
    return slot
  }

  /** The track has another id from now on. */
  rename(slot: number, id: number): void {
    this.#slotOf.delete(this.id[slot]!)
    this.#slotOf.set(id, slot)
    this.id[slot] = id
    this.state[slot] = SEEN
  }

  release(slot: number): void {
    this.#slotOf.delete(this.id[slot]!)
    this.state[slot] = FREE
    this.#free.push(slot)
  }

  #grow(): void {
    this.state = grown(this.state)
    this.id = grown(this.id)
    this.firstMs = grown(this.firstMs)
    this.lastMs = grown(this.lastMs)
    this.x = grown(this.x)
    this.y = grown(this.y)
    this.boxes = grown(this.boxes)
    this.classId = grown(this.classId)
    this.confidence = grown(this.confidence)
  }
}

type Column = Uint8Array | Int8Array | Uint16Array | Uint32Array | Float32Array | Float64Array

/** Twice as long, with what was in it. */
function grown<T extends Column>(column: T): T {
  return withRoom(column, 2 * column.length)
}

/** A column of so many entries at least, with what was in it. */
export function withRoom<T extends Column>(column: T, room: number): T {
  if (column.length >= room) return column
  const longer = new (column.constructor as new (length: number) => T)(room)
  longer.set(column)
  return longer
}
