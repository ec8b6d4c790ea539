/** The last message of each retained topic of each box, so that pages are whole right after a restart. */
import { and, eq } from 'drizzle-orm'
import type { Database } from './database.ts'
import { said } from './schema.ts'

export type SaidTable = ReturnType<typeof saidTable>

export function saidTable(db: Database) {
  return {
    all: () => db.select().from(said).all(),
    put(box: string, channel: string, message: unknown, at: number): void {
      db.insert(said)
        .values({ box, channel, message, at })
        .onConflictDoUpdate({ target: [said.box, said.channel], set: { message, at } })
        .run()
    },
    forget: (box: string, channel: string) =>
      void db
        .delete(said)
        .where(and(eq(said.box, box), eq(said.channel, channel)))
        .run()
  }
}
