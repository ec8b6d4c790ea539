/** Events: stored once by (box, spool, n), for ever counted, kept for some time. */
import type { Event } from '@vedette/protocol'
import { and, desc, eq, inArray, lt, notInArray, or, type SQL, sql } from 'drizzle-orm'
import type { EventQuery } from '../rooms.ts'
import type { Database } from './database.ts'
import { rangeTable } from './ranges.ts'
import { events } from './schema.ts'
import { add, has, toRanges } from './spools.ts'

export interface EventRow {
  id: number
  box: string
  spool: string
  n: number
  at: number
  severity: string
  kind: string
  camera: string | null
  body: unknown
}
export type EventTable = ReturnType<typeof eventTable>

export function eventTable(db: Database) {
  const insert = db.$client.prepare(
    'insert into events (box, spool, n, at, severity, kind, camera, body) values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing'
  )
  const ranges = rangeTable(db)
  return {
    /** Those that were new. To be called within a transaction. */
    insert(box: string, spool: string, batch: readonly Event[]): EventRow[] {
      const [numbers, ...others] = toRanges(batch.map((event) => event.n))
      const isNext = numbers !== undefined && others.length === 0 && ranges.extend(box, spool, numbers)
      const known = isNext ? [] : ranges.of(box, spool)
      const fresh: EventRow[] = []
      for (const event of batch) {
        if (has(known, event.n)) continue
        const { n, at, severity, ...body } = event
        const row = { box, spool, n, at: Date.parse(at), severity, kind: body.kind, camera: cameraOf(body), body }
        const done = insert.run(box, spool, n, row.at, severity, row.kind, row.camera, JSON.stringify(body))
        if (done.changes > 0) fresh.push({ id: Number(done.lastInsertRowid), ...row })
      }
      if (!isNext && fresh.length > 0) {
        const is = add(
          known,
          fresh.map((event) => event.n)
        )
        ranges.replace(box, spool, { was: known, is })
      }
      return fresh
    },
    ranges: ranges.of,
    list(query: EventQuery): EventRow[] {
      return db
        .select()
        .from(events)
        .where(where(query))
        .orderBy(desc(events.at), desc(events.id))
        .limit(Math.min(query.limit, 1000))
        .all()
    },
    /** The newest one of each box that is not about a single track. */
    lastOfEach: (): EventRow[] =>
      db
        .select()
        .from(events)
        .where(
          sql`${events.id} in (select max(id) from events where kind not in ('track.began', 'track.ended') group by box)`
        )
        .all()
  }
}

function where(query: EventQuery): SQL | undefined {
  const conditions: (SQL | undefined)[] = []
  if (query.box !== undefined) conditions.push(eq(events.box, query.box))
  if (query.camera !== undefined) conditions.push(eq(events.camera, query.camera))
  if (query.kinds !== undefined) conditions.push(inArray(events.kind, query.kinds))
  if (query.withoutTracks) conditions.push(notInArray(events.kind, ['track.began', 'track.ended']))
  if (query.before !== undefined) {
    const [at, id] = query.before.split('-').map(Number)
    if (at !== undefined && id !== undefined && Number.isFinite(at) && Number.isFinite(id)) {
      conditions.push(or(lt(events.at, at), and(eq(events.at, at), lt(events.id, id))))
    }
  }
  return and(...conditions)
}

function cameraOf(body: object): string | null {
  return 'camera' in body && typeof body.camera === 'string' ? body.camera : null
}
