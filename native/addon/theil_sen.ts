/** The median slope between any two points: a step, such as an allocator's, moves it little, steady growth shows whole. */
export function theilSen(points: [x: number, y: number][]): number {
  const slopes = points.flatMap(([x, y], i) =>
    points.slice(i + 1).map(([otherX, otherY]) => (otherY - y) / (otherX - x))
  )
  slopes.sort((a, b) => a - b)
  const middle = Math.floor(slopes.length / 2)
  const high = slopes[middle] ?? Number.NaN
  return slopes.length % 2 === 0 ? ((slopes[middle - 1] ?? Number.NaN) + high) / 2 : high
}
