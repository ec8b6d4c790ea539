/** A figure beside its limit, both measured in the same run (design section 3). */
export interface Row {
  name: string
  ours: number
  limit: number
  /** Higher is better: ours / limit for a throughput, limit / ours for a cost. */
  ratio: number
  unit: string
  bar: number
  /** What else was seen. */
  note?: string
}

export interface Bench {
  name: string
  run(): Promise<Row[]>
}

export function throughput(
  name: string,
  figures: { ours: number; limit: number; unit: string; bar: number; note?: string }
): Row {
  return { name, ...figures, ratio: figures.ours / figures.limit }
}

export function cost(
  name: string,
  figures: { ours: number; limit: number; unit: string; bar: number; note?: string }
): Row {
  return { name, ...figures, ratio: figures.limit / figures.ours }
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
