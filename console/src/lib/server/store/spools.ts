/** Which event numbers of a spool are committed: sorted, closed, disjoint ranges. Pure. */
export type Range = [first: number, last: number]

export function has(ranges: readonly Range[], n: number): boolean {
  return ranges.some(([first, last]) => first <= n && n <= last)
}

/** The ranges with some more numbers, joined where they touch. */
export function add(ranges: readonly Range[], numbers: readonly number[]): Range[] {
  const all = [...ranges, ...toRanges(numbers)].sort((a, b) => a[0] - b[0])
  const joined: Range[] = []
  for (const [first, last] of all) {
    const open = joined.at(-1)
    if (open && first <= open[1] + 1) open[1] = Math.max(open[1], last)
    else joined.push([first, last])
  }
  return joined
}

/** 3, 1, 2, 7 → 1–3, 7. */
export function toRanges(numbers: readonly number[]): Range[] {
  const ranges: Range[] = []
  for (const n of [...numbers].sort((a, b) => a - b)) {
    const open = ranges.at(-1)
    if (open && n <= open[1] + 1) open[1] = n
    else ranges.push([n, n])
  }
  return ranges
}
