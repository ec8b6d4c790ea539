/** People, their sessions, one-time links, read-only MQTT accounts, and the audit log. */
import { and, asc, count, desc, eq, gt } from 'drizzle-orm'
import type { Database } from './database.ts'
import { audit, invitations, people, readers, sessions } from './schema.ts'

export type PersonRow = typeof people.$inferSelect
export type AccountTable = ReturnType<typeof accountTable>

export function accountTable(db: Database) {
  return {
    countPeople: (): number => db.select({ n: count() }).from(people).get()?.n ?? 0,
    listPeople: () => db.select({ id: people.id, name: people.name }).from(people).orderBy(asc(people.name)).all(),
    personNamed: (name: string): PersonRow | undefined => db.select().from(people).where(eq(people.name, name)).get(),
    person: (id: number): PersonRow | undefined => db.select().from(people).where(eq(people.id, id)).get(),
    addPerson: (row: typeof people.$inferInsert): number => Number(db.insert(people).values(row).run().lastInsertRowid),
    setPassword(id: number, secret: Pick<PersonRow, 'salt' | 'passwordHash'>): void {
      db.update(people).set(secret).where(eq(people.id, id)).run()
    },

    addSession: (row: typeof sessions.$inferInsert) => void db.insert(sessions).values(row).run(),
    endSession: (tokenHash: Buffer) => void db.delete(sessions).where(eq(sessions.tokenHash, tokenHash)).run(),
    endSessionsOf: (person: number) => void db.delete(sessions).where(eq(sessions.person, person)).run(),
    personOfSession: (tokenHash: Buffer, nowMs: number) =>
      db
        .select({ id: people.id, name: people.name })
        .from(sessions)
        .innerJoin(people, eq(people.id, sessions.person))
        .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, nowMs)))
        .get(),

    addInvitation: (row: typeof invitations.$inferInsert) => void db.insert(invitations).values(row).run(),
    isInvited: (tokenHash: Buffer, nowMs: number): boolean =>
      db
        .select()
        .from(invitations)
        .where(and(eq(invitations.tokenHash, tokenHash), gt(invitations.expiresAt, nowMs)))
        .get() !== undefined,
    /** False when it was used up meanwhile. */
    useInvitation: (tokenHash: Buffer): boolean =>
      db.delete(invitations).where(eq(invitations.tokenHash, tokenHash)).run().changes > 0,
    dropInvitations: () => void db.delete(invitations).run(),

    listReaders: () =>
      db.select({ name: readers.name, createdAt: readers.createdAt }).from(readers).orderBy(asc(readers.name)).all(),
    reader: (name: string) => db.select().from(readers).where(eq(readers.name, name)).get(),
    addReader: (row: typeof readers.$inferInsert) => void db.insert(readers).values(row).run(),
    removeReader: (name: string) => void db.delete(readers).where(eq(readers.name, name)).run(),

    note: (row: Omit<typeof audit.$inferInsert, 'id'>) => void db.insert(audit).values(row).run(),
    listNotes: (limit: number) => db.select().from(audit).orderBy(desc(audit.id)).limit(limit).all(),
    atOnce: <T>(work: () => T): T => db.$client.transaction(work).immediate()
  }
}
