/**
 * Which tracks stand still, and where. One that stands is taken to be where it came to stand until it has clearly left
 * that place: its box jitters with every frame, and a car parked on the border of a zone would enter it all night.
 */
import { type TrackSlots, withRoom } from './track_slots.ts'

/** It stands when it has been at one place for so long. */
const STANDS_AFTER_MS = 10_000
/** A place reaches so far, in widths and heights of the box. */
const REACH = 0.25
/** It has left when it was elsewhere in so many frames in a row. */
const LEAVES_AFTER_FRAMES = 3

export class Standing {
  readonly #tracks: TrackSlots
  /** Where it came to be, since when, and in how many frames in a row it was elsewhere. */
  #x = new Float64Array(0)
  #y = new Float64Array(0)
  #sinceMs = new Float64Array(0)
  #away = new Uint8Array(0)
  #stands = new Uint8Array(0)

  constructor(tracks: TrackSlots) {
    this.#tracks = tracks
  }

  reserve(room: number): void {
    this.#x = withRoom(this.#x, room)
    this.#y = withRoom(this.#y, room)
    this.#sinceMs = withRoom(this.#sinceMs, room)
    this.#away = withRoom(this.#away, room)
    this.#stands = withRoom(this.#stands, room)
  }

  stands(slot: number): boolean {
    return this.#stands[slot] === 1
  }

  /** A track that is new comes to be where its box is. */
  begin(slot: number, ms: number): void {
    const { x, y } = this.#tracks
    this.#x[slot] = x[slot] = footX(this.#tracks, slot)
    this.#y[slot] = y[slot] = footY(this.#tracks, slot)
    this.#sinceMs[slot] = ms
    this.#away[slot] = 0
    this.#stands[slot] = 0
  }

  /** Its box is new: decides where it is taken to be. */
  see(slot: number, ms: number): void {
    const { x, y, boxes } = this.#tracks
    const footAtX = footX(this.#tracks, slot)
    const footAtY = footY(this.#tracks, slot)
    const isThere =
      Math.abs(footAtX - this.#x[slot]!) <= REACH * boxes[4 * slot + 2]! &&
      Math.abs(footAtY - this.#y[slot]!) <= REACH * boxes[4 * slot + 3]!
    if (isThere) {
      this.#away[slot] = 0
      if (ms - this.#sinceMs[slot]! >= STANDS_AFTER_MS) this.#stands[slot] = 1
    } else if (this.#stands[slot] === 0 || ++this.#away[slot]! >= LEAVES_AFTER_FRAMES) {
      this.begin(slot, ms)
    }
    if (this.#stands[slot] === 1) return
    x[slot] = footAtX
    y[slot] = footAtY
  }
}

/** Boxes reach a little over the edge of the picture, and a polygon does not contain its lower and right edge. */
const EDGE = 1 - 2 ** -20

function footX({ boxes }: TrackSlots, slot: number): number {
  return Math.min(Math.max(boxes[4 * slot]! + boxes[4 * slot + 2]! / 2, 0), EDGE)
}

function footY({ boxes }: TrackSlots, slot: number): number {
  return Math.min(Math.max(boxes[4 * slot + 1]! + boxes[4 * slot + 3]!, 0), EDGE)
}
