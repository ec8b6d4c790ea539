/** Boxes, their cameras and their desired documents, as people edit them. */
import type { Desired, Detection, Source } from '@vedette/protocol'
import { and, asc, eq, isNotNull } from 'drizzle-orm'
import type { Database } from './database.ts'
import { boxes, cameras, desired } from './schema.ts'

export type BoxRow = typeof boxes.$inferSelect
export type CameraRow = Omit<typeof cameras.$inferSelect, 'source' | 'detection'> & {
  source: Source
  detection: Detection
}
export type BoxTable = ReturnType<typeof boxTable>

export function boxTable(db: Database) {
  // All rows, because each message of each box asks for one.
  const known = new Map<string, BoxRow>()
  function load(): void {
    known.clear()
    for (const row of db.select().from(boxes).all()) known.set(row.id, row)
  }
  function reload(id: string): void {
    const row = db.select().from(boxes).where(eq(boxes.id, id)).get()
    if (row) known.set(id, row)
    else known.delete(id)
  }
  load()
  return {
    list: (): BoxRow[] => db.select().from(boxes).orderBy(asc(boxes.name)).all(),
    find: (id: string): Readonly<BoxRow> | undefined => known.get(id),
    insert(row: typeof boxes.$inferInsert): void {
      db.insert(boxes).values(row).run()
      reload(row.id)
    },
    update(id: string, change: Partial<BoxRow>): void {
      db.update(boxes).set(change).where(eq(boxes.id, id)).run()
      reload(id)
    },
    remove(id: string): void {
      db.delete(boxes).where(eq(boxes.id, id)).run()
      reload(id)
    },
    withModel: (sha256: string): BoxRow[] =>
      [...known.values()].filter(
        ({ model, secondaries, compare }) =>
          model === sha256 || compare?.sha256 === sha256 || secondaries.some((one) => one.sha256 === sha256)
      ),

    cameras: (box: string): CameraRow[] =>
      db.select().from(cameras).where(eq(cameras.box, box)).orderBy(asc(cameras.name)).all() as CameraRow[],
    camera: (box: string, id: string): CameraRow | undefined =>
      db.select().from(cameras).where(at(box, id)).get() as CameraRow | undefined,
    allCameras: () =>
      db
        .select({ box: cameras.box, id: cameras.id, name: cameras.name, isEnabled: cameras.isEnabled })
        .from(cameras)
        .all(),
    insertCamera: (row: typeof cameras.$inferInsert) => void db.insert(cameras).values(row).run(),
    updateCamera: (box: string, id: string, change: Partial<typeof cameras.$inferInsert>) =>
      void db.update(cameras).set(change).where(at(box, id)).run(),
    removeCamera: (box: string, id: string) => void db.delete(cameras).where(at(box, id)).run(),
    withCredential: (box: string): CameraRow[] =>
      db
        .select()
        .from(cameras)
        .where(and(eq(cameras.box, box), isNotNull(cameras.credential)))
        .all() as CameraRow[],

    document: (box: string) => db.select().from(desired).where(eq(desired.box, box)).get(),
    documents: () => db.select().from(desired).all(),
    putDocument(box: string, document: Desired, atMs: number): void {
      const row = { rev: document.rev, sha256: document.sha256, document: JSON.stringify(document), at: atMs }
      db.insert(desired)
        .values({ box, ...row })
        .onConflictDoUpdate({ target: desired.box, set: row })
        .run()
    },
    /** Runs several changes as one; all or none. */
    atOnce<T>(work: () => T): T {
      try {
        return db.$client.transaction(work).immediate()
      } catch (error) {
        // It was undone on disk.
        load()
        throw error
      }
    }
  }
}

function at(box: string, id: string) {
  return and(eq(cameras.box, box), eq(cameras.id, id))
}
