/** What boxes measure: health points, tracks, detections counted. Best effort; kept for a while. */
import type { Tracks } from '@vedette/protocol'
import { and, asc, between, desc, eq, sql } from 'drizzle-orm'
import type { HealthPoint, TrackView } from '../../view.ts'
import type { Span } from '../rooms.ts'
import type { Database } from './database.ts'
import { detections, health, tracks } from './schema.ts'
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
  const insertTrack = db.$client.prepare(
    'insert into tracks (box, camera, track, label, confidence, at, points) values (?, ?, ?, ?, ?, ?, ?)'
  )
  return {
    insertHealth: (box: string, at: number, point: HealthPoint) =>
      void db.insert(health).values({ box, at, point }).onConflictDoNothing().run(),
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
    insertTracks(box: string, message: Tracks): void {
      const at = Date.parse(message.from)
      for (const t of message.tracks) {
        insertTrack.run(box, t.camera, t.track, t.label, t.confidence, at, JSON.stringify(t.points))
      }
    },
    tracks({ box, camera, fromMs, toMs }: { box: string; camera: string } & Span): TrackView[] {
      const rows = db
        .select()
        .from(tracks)
        .where(and(eq(tracks.box, box), eq(tracks.camera, camera), between(tracks.at, fromMs, toMs)))
        .orderBy(asc(tracks.at), asc(tracks.id))
        .limit(20_000)
        .all()
      return rows.map(({ camera, track, label, confidence, at, points }) => ({
        camera,
        track,
        label,
        confidence,
        from: new Date(at).toISOString(),
        points: points as TrackView['points']
      }))
    },
    count(one: Counted): void {
      db.insert(detections)
        .values(one)
        .onConflictDoUpdate({
          target: [detections.box, detections.camera, detections.minute],
          set: {
            frames: sql`${detections.frames} + ${one.frames}`,
            objects: sql`${detections.objects} + ${one.objects}`
          }
        })
        .run()
    },
    counted: (box: string, { fromMs, toMs }: Span): Counted[] =>
      db
        .select()
        .from(detections)
        .where(and(eq(detections.box, box), between(detections.minute, fromMs, toMs)))
        .orderBy(asc(detections.minute))
        .all()
  }
}
