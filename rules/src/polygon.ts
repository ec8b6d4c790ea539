/** Which points lie in a polygon. The vertices may begin anywhere and go either way round: the answer is the same. */
import type { Point } from '@vedette/protocol'

export class Polygon {
  readonly #xs: Float64Array
  readonly #ys: Float64Array
  readonly #left: number
  readonly #right: number
  readonly #top: number
  readonly #bottom: number

  constructor(points: readonly Readonly<Point>[]) {
    this.#xs = Float64Array.from(points, ([x]) => x)
    this.#ys = Float64Array.from(points, ([, y]) => y)
    this.#left = Math.min(...this.#xs)
    this.#right = Math.max(...this.#xs)
    this.#top = Math.min(...this.#ys)
    this.#bottom = Math.max(...this.#ys)
  }

  /** By the number of sides to the right of the point (even-odd). */
  contains(x: number, y: number): boolean {
    if (x < this.#left || x > this.#right || y < this.#top || y > this.#bottom) return false
    const xs = this.#xs
    const ys = this.#ys
    let isInside = false
    for (let i = 0, before = xs.length - 1; i < xs.length; before = i++) {
      const y1 = ys[before]!
      const y2 = ys[i]!
      if (y1 > y === y2 > y) continue
      // Always from the upper end, so that a side rounds the same in both directions.
      const upper = y1 < y2 ? before : i
      const lower = y1 < y2 ? i : before
      const along = (y - ys[upper]!) / (ys[lower]! - ys[upper]!)
      if (x < xs[upper]! + (xs[lower]! - xs[upper]!) * along) isInside = !isInside
    }
    return isInside
  }
}
