/** Model packages that are on disk, and commands that wait for their box. */
import type { Command } from '@vedette/protocol'
import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { commands, models } from './schema.ts'

export type ModelRow = Omit<typeof models.$inferSelect, 'labels'> & { labels: string[] }
export type PackageTable = ReturnType<typeof packageTable>

export function packageTable(db: Database) {
  const find = db
    .select()
    .from(models)
    .where(eq(models.sha256, sql.placeholder('sha256')))
    .prepare()
  return {
    list: (): ModelRow[] => db.select().from(models).orderBy(asc(models.name), asc(models.version)).all() as ModelRow[],
    find: (sha256: string): ModelRow | undefined => find.get({ sha256 }) as ModelRow | undefined,
    insert: (row: ModelRow) => void db.insert(models).values(row).onConflictDoNothing().run(),
    remove: (sha256: string) => void db.delete(models).where(eq(models.sha256, sha256)).run(),

    addCommand: (row: { id: string; box: string; message: Command; expiresAt: number }) =>
      void db.insert(commands).values(row).run(),
    endCommand: (id: string, box: string) =>
      void db
        .delete(commands)
        .where(and(eq(commands.id, id), eq(commands.box, box)))
        .run(),
    openCommands: (nowMs: number) =>
      db.select().from(commands).where(gt(commands.expiresAt, nowMs)).all() as {
        id: string
        box: string
        message: Command
        expiresAt: number
      }[]
  }
}
