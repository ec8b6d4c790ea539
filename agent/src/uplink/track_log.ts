/**
 * Where all tracks were since they were last told: a row for each object of each frame, as it comes, chained by track.
 * One for all cameras, so that what thousands of frames a second write lies together.
 */
import type { FrameColumns } from './frame_columns.ts'
import { STRIDE, type Thinning } from './thinning.ts'

const BOX = 4
const LINK = 2
export const NO_ROW = -1

export class TrackLog {
  rows = 0
  #frames = 0
  #ms = new Float64Array(64)
  /** Of a row: left, top, width, height. */
  #boxes = new Float32Array(1024 * BOX)
  /** Of a row: the row that its track had before, and its frame. */
  #links = new Int32Array(1024 * LINK)

  /** Makes a row for each object of the frame; returns the first. */
  open(frame: FrameColumns): number {
    const first = this.rows
    this.rows += frame.count
    this.#reserve()
    frame.copyBoxes(this.#boxes, first * BOX)
    this.#ms[this.#frames++] = frame.capturedMs
    return first
  }

  /** A row of the frame that was opened last belongs to the track that had the row `before`. */
  link(row: number, before: number): void {
    this.#links[row * LINK] = before
    this.#links[row * LINK + 1] = this.#frames - 1
  }

  msOf(row: number): number {
    return this.#ms[this.#links[row * LINK + 1]!]!
  }

  copyBox(row: number, into: Float64Array, at: number): void {
    for (let k = 0; k < BOX; k++) into[at + k] = this.#boxes[row * BOX + k]!
  }

  /** Writes the points of a track, whose last row this is, to the end of the room; returns the number of the first. */
  copyPoints(last: number, thinning: Thinning): number {
    const { points } = thinning
    const boxes = this.#boxes
    const links = this.#links
    const ms = this.#ms
    let at = points.length
    for (let row = last; row !== NO_ROW; row = links[row * LINK]!) {
      if (at === 0) {
        thinning.grow()
        return this.copyPoints(last, thinning)
      }
      at -= STRIDE
      const box = row * BOX
      points[at] = ms[links[row * LINK + 1]!]!
      points[at + 1] = boxes[box]!
      points[at + 2] = boxes[box + 1]!
      points[at + 3] = boxes[box + 2]!
      points[at + 4] = boxes[box + 3]!
    }
    return at / STRIDE
  }

  clear(): void {
    this.rows = 0
    this.#frames = 0
  }

  #reserve(): void {
    if (this.#frames === this.#ms.length) this.#ms = grown(this.#ms, new Float64Array(2 * this.#frames))
    if (this.rows * BOX <= this.#boxes.length) return
    this.#boxes = grown(this.#boxes, new Float32Array(2 * this.rows * BOX))
    this.#links = grown(this.#links, new Int32Array(2 * this.rows * LINK))
  }
}

function grown<Column extends Float64Array | Float32Array | Int32Array>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
