/** Takes the content of stored events away, least severe and oldest first, and keeps their numbers as ranges. */
import type { SpoolDatabase } from './spool_database.ts'

interface Candidate {
  n: number
  bytes: number
}

export class GivenUp {
  readonly #db: SpoolDatabase
  constructor(db: SpoolDatabase) {
    this.#db = db
  }

  /** Frees at least this many bytes. */
  free(bytes: number, nowMs: number): void {
    const chosen: number[] = []
    let freed = 0
    const rows = this.#db.db
      .prepare('SELECT n, length(body) + 40 AS bytes FROM event ORDER BY severity, n')
      .iterate() as Iterable<unknown> as Iterable<Candidate>
    for (const row of rows) {
      if (freed >= bytes) break
      chosen.push(row.n)
      freed += row.bytes
    }
    this.#replace(chosen, nowMs, 'the spool was full')
  }

  olderThan(limitMs: number, nowMs: number): void {
    const rows = this.#db.db.prepare('SELECT n FROM event WHERE at_ms < ?').all(limitMs) as unknown as Candidate[]
    this.#replace(
      rows.map((row) => row.n),
      nowMs,
      'the event was too old'
    )
  }

  #replace(numbers: number[], nowMs: number, reason: string): void {
    if (numbers.length === 0) return
    const { db, transaction, addGap } = this.#db
    const remove = db.prepare('DELETE FROM event WHERE n = ?')
    const before = db.prepare('SELECT first, at_ms FROM given_up WHERE last = ? AND reason = ?')
    const grow = db.prepare('UPDATE given_up SET last = ? WHERE first = ?')
    transaction(() => {
      for (const n of numbers) remove.run(n)
      for (const [first, last] of runs(numbers.toSorted((a, b) => a - b))) {
        const neighbour = before.get(first - 1, reason) as { first: number } | undefined
        if (neighbour) grow.run(last, neighbour.first)
        else addGap({ first, last, at_ms: nowMs, reason })
      }
    })
  }
}

/** 1 2 3 7 8 → [1,3] [7,8]. */
export function runs(sorted: readonly number[]): [number, number][] {
  const found: [number, number][] = []
  for (const n of sorted) {
    const last = found.at(-1)
    if (last && n === last[1] + 1) last[1] = n
    else found.push([n, n])
  }
  return found
}
