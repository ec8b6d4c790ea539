/** What the box keeps and could do without: it can be had again, or is only for looking back. */
export interface Spare {
  /** In words: `an engine that is not used`. */
  what: string
  bytes: number
  /** When it was made, milliseconds since 1970. */
  madeMs: number
  remove(): Promise<void>
}

/** Oldest first, as many as it takes. Pure. */
export function chosen(spares: readonly Spare[], bytes: number): Spare[] {
  let sum = 0
  return spares
    .toSorted((a, b) => a.madeMs - b.madeMs)
    .filter((spare) => {
      if (sum >= bytes || spare.bytes === 0) return false
      sum += spare.bytes
      return true
    })
}

/** `3 × record of a crash, 1 × old log file`. */
export function counted(removed: readonly Spare[]): string {
  const counts = new Map<string, number>()
  for (const { what } of removed) counts.set(what, (counts.get(what) ?? 0) + 1)
  const parts = [...counts].map(([what, count]) => `${count} × ${what}`)
  return parts.join(', ')
}
