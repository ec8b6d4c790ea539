/** Points of a track, flat: milliseconds, left, top, width, height, and again. */
export const STRIDE = 5
/** Under the promised 0.002 by what rounding to four digits adds. */
const TOLERANCE = 0.0019

/** Leaves out points that linear interpolation between the others gives within the tolerance (Ramer, Douglas, Peucker). */
export function thin(points: readonly number[], tolerance = TOLERANCE): number[][] {
  const count = points.length / STRIDE
  const keep = new Uint8Array(count)
  if (count > 0) keep[0] = keep[count - 1] = 1
  const open: [number, number][] = [[0, count - 1]]
  for (let span = open.pop(); span; span = open.pop()) {
    const [first, last] = span
    const worst = worstBetween(points, first, last, tolerance)
    if (worst < 0) continue
    keep[worst] = 1
    open.push([first, worst], [worst, last])
  }
  const kept: number[][] = []
  for (let i = 0; i < count; i++) if (keep[i]) kept.push(points.slice(i * STRIDE, (i + 1) * STRIDE))
  return kept
}

function worstBetween(points: readonly number[], first: number, last: number, tolerance: number): number {
  const from = first * STRIDE
  const to = last * STRIDE
  const span = points[to]! - points[from]!
  let worst = -1
  let worstError = tolerance
  for (let i = first + 1; i < last; i++) {
    const at = i * STRIDE
    const share = span > 0 ? (points[at]! - points[from]!) / span : 0
    for (let k = 1; k < STRIDE; k++) {
      const straight = points[from + k]! + (points[to + k]! - points[from + k]!) * share
      const error = Math.abs(points[at + k]! - straight)
      if (error > worstError) {
        worst = i
        worstError = error
      }
    }
  }
  return worst
}
