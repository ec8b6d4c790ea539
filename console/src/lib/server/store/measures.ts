/** What boxes measure: health points, detections counted. Best effort; kept for a while. */
import { and, asc, between, desc, eq } from 'drizzle-orm'
import type { HealthPoint } from '../../view.ts'
import type { Span } from '../rooms.ts'
import type { Database } from './database.ts'
import { detections, health } from './schema.ts'
import type { StoredPoint } from './series.ts'

export type MeasureTable = ReturnType<typeof measureTable>

/** Analysed frames and objects of one camera within one minute. */
export interface Counted {
  box: string
  camera: string
  minute: number
  frames: number
  objects: number
}

export function measureTable(db: Database) {
  // Prepared once: drizzle would build and prepare the statement at each of many calls a second.
  const insertHealth = db.$client.prepare('insert into health (box, at, point) values (?, ?, ?) on conflict do nothing')
  const count = db.$client.prepare(
    `insert into detections (box, camera, minute, frames, objects) values (?, ?, ?, ?, ?) on conflict do update
     set frames = frames + excluded.frames, objects = objects + excluded.objects`
  )
  return {
    insertHealth: (box: string, at: number, point: HealthPoint) =>
      void insertHealth.run(box, at, JSON.stringify(point)),
    health(box: string, { fromMs, toMs }: Span): StoredPoint[] {
      return db
        .select({ at: health.at, point: health.point })
        .from(health)
        .where(and(eq(health.box, box), between(health.at, fromMs, toMs)))
        .orderBy(asc(health.at))
        .all() as StoredPoint[]
    },
    lastHealth(box: string, limit: number): StoredPoint[] {
      const newest = db
        .select({ at: health.at, point: health.point })
        .from(health)
        .where(eq(health.box, box))
        .orderBy(desc(health.at))
        .limit(limit)
        .all() as StoredPoint[]
      return newest.reverse()
    },
    count: ({ box, camera, minute, frames, objects }: Counted) => void count.run(box, camera, minute, frames, objects),
    counted: (box: string, { fromMs, toMs }: Span): Counted[] =>
      db
        .select()
        .from(detections)
        .where(and(eq(detections.box, box), between(detections.minute, fromMs, toMs)))
        .orderBy(asc(detections.minute))
        .all()
  }
}
