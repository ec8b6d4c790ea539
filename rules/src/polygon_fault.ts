/** What is wrong with a polygon that somebody drew: the first point at fault, and why. */
import type { Point } from '@vedette/protocol'

export interface PolygonFault {
  /** Counted from 0. */
  point: number
  /** Follows the word "expected". People count points from 1. */
  expected: string
}

type Corner = Readonly<Point>

export function faultOfPolygon(points: readonly Corner[]): PolygonFault | null {
  const n = points.length
  const at = (i: number) => points[i % n]!
  for (let i = 0; i < n; i++) {
    if (isSame(at(i), at(i + 1))) {
      return { point: (i + 1) % n, expected: `point ${((i + 1) % n) + 1} to lie elsewhere than point ${i + 1}` }
    }
  }
  for (let i = 0; i < n; i++) {
    if (!turnsBack(at(i), at(i + 1), at(i + 2))) continue
    const corner = (i + 1) % n
    return { point: corner, expected: `the sides at point ${corner + 1} not to lie on each other` }
  }
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue
      if (!meet(at(i), at(i + 1), at(j), at(j + 1))) continue
      return {
        point: j,
        expected: `sides that do not cross, but ${side(j, n)} crosses ${side(i, n)}: move point ${j + 1}`
      }
    }
  }
  return null
}

function side(i: number, n: number): string {
  return `the one from point ${i + 1} to ${((i + 1) % n) + 1}`
}

function isSame(a: Corner, b: Corner): boolean {
  return a[0] === b[0] && a[1] === b[1]
}

/** Twice the area of a triangle: above 0 when c is to the right of the way from a to b, as seen on a picture. */
function turn(a: Corner, b: Corner, c: Corner): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

function turnsBack(a: Corner, b: Corner, c: Corner): boolean {
  return turn(a, b, c) === 0 && (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0
}

/** Whether two sides have a point in common. */
function meet(a: Corner, b: Corner, c: Corner, d: Corner): boolean {
  const ofC = Math.sign(turn(a, b, c))
  const ofD = Math.sign(turn(a, b, d))
  const ofA = Math.sign(turn(c, d, a))
  const ofB = Math.sign(turn(c, d, b))
  if (ofC !== ofD && ofA !== ofB) return true
  return (
    (ofC === 0 && isWithin(a, b, c)) ||
    (ofD === 0 && isWithin(a, b, d)) ||
    (ofA === 0 && isWithin(c, d, a)) ||
    (ofB === 0 && isWithin(c, d, b))
  )
}

/** For a point on the straight line through a and b: whether it lies between them. */
function isWithin(a: Corner, b: Corner, [x, y]: Corner): boolean {
  return (
    Math.min(a[0], b[0]) <= x && x <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= y && y <= Math.max(a[1], b[1])
  )
}
