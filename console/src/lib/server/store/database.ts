/** The one SQLite file: WAL, every commit on disk before it counts (`synchronous=FULL`), migrated at start. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import * as schema from './schema.ts'

export type Database = BetterSQLite3Database<typeof schema> & { $client: Sqlite.Database }

export function openDatabase(dataDir: string): Database {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const client = new Sqlite(join(dataDir, 'vedette.db'))
  client.pragma('journal_mode = WAL')
  client.pragma('synchronous = FULL')
  client.pragma('foreign_keys = ON')
  client.pragma('busy_timeout = 5000')
  // 32 MB each. Events of each box end another page of three indexes: with fewer pages in the log or in memory the same
  // ones are copied back and read again all the time (design/ingest.md).
  client.pragma('wal_autocheckpoint = 8000')
  client.pragma('cache_size = -32768')
  const db = drizzle({ client, schema })
  migrate(db, { migrationsFolder: migrationsFolder() })
  return db
}

/** The folder travels beside the build: it is looked for upwards, from the source as from the bundle. */
function migrationsFolder(): string {
  for (let dir = import.meta.dirname; dir !== dirname(dir); dir = dirname(dir)) {
    const folder = join(dir, 'migrations')
    if (existsSync(join(folder, 'meta', '_journal.json'))) return folder
  }
  throw new Error(`expected a folder migrations/ above ${import.meta.dirname}, found none; reinstall the console`)
}
