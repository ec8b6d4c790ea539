/** What is thrown away when: in small steps, so that no write waits long. */
import { and, eq, inArray, lt } from 'drizzle-orm'
import type { HealthPoint } from '../../view.ts'
import type { Database } from './database.ts'
import { audit, commands, detections, events, health, invitations, sessions, tracks } from './schema.ts'
import { minuteOf } from './series.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const MINUTE = 60_000

export const KEEP = {
  eventsMs: 30 * DAY,
  /** Every point; then one a minute. */
  healthRawMs: 7 * DAY,
  healthMinutesMs: 90 * DAY,
  tracksMs: DAY,
  detectionsMs: 90 * DAY,
  auditMs: 365 * DAY
} as const

const STEP = 5000

/** One step of each; true when there may be more to do. */
export function forget(db: Database, nowMs: number): boolean {
  const isMore = [
    removeOld(db, events, events.id, lt(events.at, nowMs - KEEP.eventsMs)),
    removeOld(db, tracks, tracks.id, lt(tracks.at, nowMs - KEEP.tracksMs)),
    removeOld(db, audit, audit.id, lt(audit.at, nowMs - KEEP.auditMs)),
    rollHealth(db, nowMs - KEEP.healthRawMs)
  ]
  db.delete(health)
    .where(lt(health.at, nowMs - KEEP.healthMinutesMs))
    .run()
  db.delete(detections)
    .where(lt(detections.minute, nowMs - KEEP.detectionsMs))
    .run()
  db.delete(commands).where(lt(commands.expiresAt, nowMs)).run()
  db.delete(sessions).where(lt(sessions.expiresAt, nowMs)).run()
  db.delete(invitations).where(lt(invitations.expiresAt, nowMs)).run()
  return isMore.some(Boolean)
}

type Numbered = typeof events | typeof tracks | typeof audit

function removeOld(db: Database, table: Numbered, id: Numbered['id'], isOld: ReturnType<typeof lt>): boolean {
  const some = db.select({ id }).from(table).where(isOld).limit(STEP)
  return db.delete(table).where(inArray(id, some)).run().changes === STEP
}

function rollHealth(db: Database, beforeMs: number): boolean {
  const before = beforeMs - (beforeMs % MINUTE)
  const rows = db
    .select()
    .from(health)
    .where(and(eq(health.isMinute, false), lt(health.at, before)))
    .orderBy(health.isMinute, health.at)
    .limit(STEP)
    .all()
  // A minute that the limit may have cut waits for the next step.
  const last = rows.length === STEP ? Math.floor((rows.at(-1)?.at ?? 0) / MINUTE) * MINUTE : before
  const whole = rows.filter((row) => row.at < last)
  const minutes = Map.groupBy(whole, (row) => `${row.box} ${Math.floor(row.at / MINUTE)}`)
  db.$client.transaction(() => {
    for (const points of minutes.values()) {
      const first = points[0]
      if (first === undefined) continue
      const of = and(
        eq(health.box, first.box),
        inArray(
          health.at,
          points.map((row) => row.at)
        )
      )
      db.delete(health).where(of).run()
      const at = Math.floor(first.at / MINUTE) * MINUTE
      const point = minuteOf(points.map((row) => row.point as HealthPoint))
      db.insert(health).values({ box: first.box, at, isMinute: true, point }).onConflictDoNothing().run()
    }
  })()
  return rows.length === STEP && whole.length > 0
}
