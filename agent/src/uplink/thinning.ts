/**
 * Leaves out points of a track that linear interpolation between the others gives within the tolerance (Ramer, Douglas,
 * Peucker). One instance serves all tracks, one after the other, in memory that it keeps.
 */
/** Of one point: milliseconds, left, top, width, height. */
export const STRIDE = 5
/** Under the promised 0.002 by what rounding to four digits adds. */
const TOLERANCE = 0.0019

export class Thinning {
  /** Flat; the points of a track in the order of time, at the end of the room. */
  points = new Float64Array(64 * STRIDE)
  #keep = new Uint8Array(64)
  /** Spans still to be looked at: first and last point, and again. Each leaves at most one more than it took. */
  #open = new Int32Array(2 * 64 + 2)

  /** Twice the room, for a track with more points. What is in there is lost. */
  grow(): void {
    const room = 2 * this.room
    this.points = new Float64Array(room * STRIDE)
    this.#keep = new Uint8Array(room)
    this.#open = new Int32Array(2 * room + 2)
  }

  /** Points of a track at most. */
  get room(): number {
    return this.#keep.length
  }

  isKept(point: number): boolean {
    return this.#keep[point] === 1
  }

  /** Decides about the points from number `first` to the end of the room. */
  thin(first: number): void {
    const last = this.#keep.length - 1
    const keep = this.#keep.fill(0, first)
    const open = this.#open
    keep[first] = 1
    keep[last] = 1
    open[0] = first
    open[1] = last
    for (let depth = 2; depth > 0; ) {
      const to = open[--depth]!
      const from = open[--depth]!
      const worst = this.#worstBetween(from, to)
      if (worst < 0) continue
      keep[worst] = 1
      open[depth++] = from
      open[depth++] = worst
      open[depth++] = worst
      open[depth++] = to
    }
  }

  #worstBetween(first: number, last: number): number {
    const points = this.points
    const from = first * STRIDE
    const to = last * STRIDE
    const at = points[from]!
    const span = points[to]! - at
    const rate = span > 0 ? 1 / span : 0
    const left = points[from + 1]!
    const top = points[from + 2]!
    const width = points[from + 3]!
    const height = points[from + 4]!
    const leftRate = (points[to + 1]! - left) * rate
    const topRate = (points[to + 2]! - top) * rate
    const widthRate = (points[to + 3]! - width) * rate
    const heightRate = (points[to + 4]! - height) * rate
    let worst = -1
    let worstError = TOLERANCE
    for (let i = first + 1, k = from + STRIDE; i < last; i++, k += STRIDE) {
      const ms = points[k]! - at
      const error = Math.max(
        Math.abs(points[k + 1]! - left - leftRate * ms),
        Math.abs(points[k + 2]! - top - topRate * ms),
        Math.abs(points[k + 3]! - width - widthRate * ms),
        Math.abs(points[k + 4]! - height - heightRate * ms)
      )
      if (error > worstError) {
        worst = i
        worstError = error
      }
    }
    return worst
  }
}
