/** From four points of a plane in the picture, and where they are in metres, to metres of any point of it. */
import type { Plane, Point } from '@vedette/protocol'

export class Homography {
  readonly #h: Float64Array

  constructor({ points, metres }: Plane) {
    // x' (g x + h y + 1) = a x + b y + c, and the same for y': eight equations, eight unknowns.
    const rows = points.flatMap(([x, y], i) => {
      const [metresX, metresY] = metres[i]!
      return [
        [x, y, 1, 0, 0, 0, -x * metresX, -y * metresX, metresX],
        [0, 0, 0, x, y, 1, -x * metresY, -y * metresY, metresY]
      ]
    })
    this.#h = Float64Array.from(solve(rows))
  }

  xOf(x: number, y: number): number {
    const h = this.#h
    return (h[0]! * x + h[1]! * y + h[2]!) / (h[6]! * x + h[7]! * y + 1)
  }

  yOf(x: number, y: number): number {
    const h = this.#h
    return (h[3]! * x + h[4]! * y + h[5]!) / (h[6]! * x + h[7]! * y + 1)
  }
}

/** The first of four points that does not make a corner of a convex quadrilateral with the others, or null. */
export function notACorner(points: readonly Readonly<Point>[]): number | null {
  const turns = points.map((_, i) => {
    const [ax, ay] = points[(i + 3) % 4]!
    const [bx, by] = points[i]!
    const [cx, cy] = points[(i + 1) % 4]!
    return Math.sign((bx - ax) * (cy - by) - (by - ay) * (cx - bx))
  })
  const sum = turns.reduce((total, one) => total + one, 0)
  if (Math.abs(sum) === 4) return null
  const usual = sum === 0 ? turns[0] : Math.sign(sum)
  return turns.findIndex((one) => one !== usual || one === 0)
}

/** Gaussian elimination with pivoting; each row ends with its right side. */
function solve(rows: number[][]): number[] {
  const n = rows.length
  for (let column = 0; column < n; column++) {
    let best = column
    for (let i = column; i < n; i++) if (Math.abs(rows[i]![column]!) > Math.abs(rows[best]![column]!)) best = i
    const pivot = rows[best]!
    rows[best] = rows[column]!
    rows[column] = pivot
    for (let i = 0; i < n; i++) {
      if (i === column) continue
      const factor = rows[i]![column]! / pivot[column]!
      for (let k = column; k <= n; k++) rows[i]![k]! -= factor * pivot[k]!
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!)
}
