/** The numbers that a box has given to its events, and those that the console holds: read from both databases. */
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { expect } from 'vitest'
import type { Fleet, FleetBox } from '../world/fleet.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 120_000

/** Waits until the console holds exactly 1…N, N being the last number of the box; says N. */
export async function expectWhole(fleet: Fleet, box: FleetBox): Promise<number> {
  const whole = await eventually(`exactly 1…N of ${box.id}`, LIMIT_MS, () => {
    const { id, last } = spoolOf(box)
    const found = eventsOf(fleet, box)
    return found.count === last && { id, last, ...found }
  })
  const { id: spool, last } = whole
  expect(whole).toMatchObject({ first: 1, highest: last, spools: 1, spool, trackIdsGivenTwice: 0 })
  return last
}

/** What the box has numbered. */
function spoolOf(box: FleetBox): { id: string; last: number } {
  const meta = select(join(box.dataDir, 'spool.db'), 'SELECT key, value FROM meta')
  const metaOf = (key: string) => meta.find((row) => row.key === key)?.value
  return { id: String(metaOf('id')), last: Number(metaOf('last')) }
}

/** What the console holds. */
export function eventsOf(fleet: Fleet, box: FleetBox) {
  const [row] = select(
    join(fleet.dir, 'console/vedette.db'),
    `SELECT count(*) AS count, min(n) AS first, max(n) AS highest, min(spool) AS spool,
       count(DISTINCT spool) AS spools, count(CASE kind WHEN 'spool.dropped' THEN 1 END) AS givenUp,
       count(CASE kind WHEN 'track.began' THEN 1 END)
         - count(DISTINCT CASE kind WHEN 'track.began' THEN json_extract(body, '$.track') END) AS trackIdsGivenTwice
     FROM events WHERE box = ?`,
    box.id
  )
  const { count, first, highest, spool, spools, givenUp, trackIdsGivenTwice } = row ?? {}
  return { count: Number(count), first, highest, spool, spools, givenUp: Number(givenUp), trackIdsGivenTwice }
}

function select(file: string, sql: string, ...values: SQLInputValue[]) {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
  try {
    return db.prepare(sql).all(...values)
  } finally {
    db.close()
  }
}
