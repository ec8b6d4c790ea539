/** Which numbers of each spool are committed, on disk. Only what changes of them is written. */
import type { Database } from './database.ts'
import type { Range } from './spools.ts'

export function rangeTable(db: Database) {
  const select = db.$client
    .prepare<[string, string], Range>('select first, last from spools where box = ? and spool = ? order by first')
    .raw()
  const put = db.$client.prepare(
    'insert into spools (box, spool, first, last) values (?, ?, ?, ?) on conflict do update set last = excluded.last'
  )
  const extend = db.$client.prepare(
    `update spools set last = $last where box = $box and spool = $spool and last = $first - 1
     and not exists (select 1 from spools where box = $box and spool = $spool and first >= $first)`
  )
  const remove = db.$client.prepare('delete from spools where box = ? and spool = ? and first = ?')
  return {
    of: (box: string, spool: string): Range[] => select.all(box, spool),
    /** Adds numbers that follow the last one that is known, as nearly all do; false when these do not. */
    extend: (box: string, spool: string, [first, last]: Range): boolean =>
      extend.run({ box, spool, first, last }).changes > 0,
    /** To be called within a transaction. */
    replace(box: string, spool: string, { was, is }: { was: readonly Range[]; is: readonly Range[] }): void {
      const lasts = new Map(is)
      for (const [first] of was) if (!lasts.has(first)) remove.run(box, spool, first)
      const before = new Map(was)
      for (const [first, last] of is) if (before.get(first) !== last) put.run(box, spool, first, last)
    }
  }
}
