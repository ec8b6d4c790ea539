/** The spool's tables. Every method is one transaction and throws what SQLite throws. */
import { renameSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Event, EventBody, Severity } from '@vedette/protocol'
import { ulid } from 'ulid'

export const severities = ['debug', 'info', 'warning', 'error'] as const satisfies readonly Severity[]

/** What a row costs beside its body: number, time, severity and the B-tree's own. */
const ROW_BYTES = 40

interface EventRow {
  n: number
  at_ms: number
  severity: number
  body: string
  uncertainty_ms: number | null
}
export interface StoredEvent {
  atMs: number
  uncertaintyMs: number | null
  severity: Severity
  body: EventBody
}
interface GapRow {
  first: number
  last: number
  at_ms: number
  reason: string
}

export type SpoolDatabase = ReturnType<typeof openSpool>

export function openSpool(file: string, maxPages?: number) {
  const db = openOrReplace(file)
  // page_count cannot be limited below what is used, so an old spool still opens.
  if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`)
  const meta = db.prepare('SELECT value FROM meta WHERE key = ?')
  const setMeta = db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
  const insert = db.prepare('INSERT INTO event (n, at_ms, severity, body, uncertainty_ms) VALUES (?, ?, ?, ?, ?)')
  const select = db.prepare('SELECT * FROM event WHERE n > ? ORDER BY n LIMIT ?')
  const gaps = db.prepare('SELECT * FROM given_up WHERE last > ? ORDER BY first LIMIT ?')
  const remove = db.prepare('DELETE FROM event WHERE n BETWEEN ? AND ?')
  const overlapping = db.prepare('SELECT * FROM given_up WHERE first <= ? AND last >= ?')
  const removeGap = db.prepare('DELETE FROM given_up WHERE first = ?')
  const correct = db.prepare('UPDATE event SET at_ms = at_ms + ? WHERE n > ? AND uncertainty_ms IS NULL')
  const addGap = db.prepare('INSERT INTO given_up VALUES (?, ?, ?, ?)')
  const counts = db.prepare(
    `SELECT (SELECT count(*) FROM event) + (SELECT coalesce(sum(last - first + 1), 0) FROM given_up) AS waiting,
       (SELECT coalesce(sum(length(body) + ${ROW_BYTES}), 0) FROM event) AS bytes`
  )
  let { waiting, bytes } = counts.get() as { waiting: number; bytes: number }
  let lastNumber = Number(meta.get('last')?.value ?? 0)

  function transaction(work: () => void): void {
    db.exec('BEGIN IMMEDIATE')
    try {
      work()
      db.exec('COMMIT')
    } catch (error) {
      // SQLite rolls back by itself on some errors, a full disk among them.
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
    ;({ waiting, bytes } = counts.get() as { waiting: number; bytes: number })
  }

  return {
    db,
    id: String(meta.get('id')?.value),
    lastTrack: Number(meta.get('track')?.value ?? 0),
    waiting: () => waiting,
    bytes: () => bytes,
    transaction,
    addGap: (gap: GapRow) => void addGap.run(gap.first, gap.last, gap.at_ms, gap.reason),
    close: () => db.close(),

    lastNumber: () => lastNumber,

    /** `beside` writes its own in the same transaction. */
    store(events: readonly StoredEvent[], lastTrack: number, beside: (db: DatabaseSync) => void): void {
      let n = lastNumber
      transaction(() => {
        for (const { atMs, uncertaintyMs, severity, body } of events) {
          insert.run(++n, atMs, severities.indexOf(severity), JSON.stringify(body), uncertaintyMs)
        }
        setMeta.run('last', n)
        setMeta.run('track', lastTrack)
        beside(db)
      })
      lastNumber = n
    },

    /** Events after number `n` whose time was not known for sure happened so much later. */
    correct: (byMs: number, n: number) => transaction(() => void correct.run(byMs, n)),

    forget(ranges: readonly (readonly [number, number])[]): void {
      transaction(() => {
        for (const [first, last] of ranges) {
          remove.run(first, last)
          for (const gap of overlapping.all(last, first) as unknown as GapRow[]) {
            removeGap.run(gap.first)
            if (gap.first < first) addGap.run(gap.first, first - 1, gap.at_ms, gap.reason)
            if (gap.last > last) addGap.run(last + 1, gap.last, gap.at_ms, gap.reason)
          }
        }
      })
    },

    /** Oldest first, without those in `except`, which are received but not yet forgotten. */
    unreceipted(limit: number, except: readonly (readonly [number, number])[]): Event[] {
      const isReceived = (n: number) => except.some(([first, last]) => n >= first && n <= last)
      const found: Event[] = []
      let after = 0
      while (found.length < limit) {
        const page = nextNumbers(after, limit)
        for (const event of page) if (found.length < limit && !isReceived(event.n)) found.push(event)
        if (page.length < limit) break
        after = page.at(-1)!.n
      }
      return found
    }
  }

  /** The next numbers, whether their content is still there or given up. */
  function nextNumbers(after: number, limit: number): Event[] {
    const kept = (select.all(after, limit) as unknown as EventRow[]).map(eventOf)
    const lost = (gaps.all(after, limit) as unknown as GapRow[]).flatMap((gap) => expand(gap, after, limit))
    return [...kept, ...lost].toSorted((a, b) => a.n - b.n).slice(0, limit)
  }
}

function eventOf(row: EventRow): Event {
  const body = JSON.parse(row.body) as EventBody
  const at = new Date(row.at_ms).toISOString()
  return { n: row.n, at, uncertaintyMs: row.uncertainty_ms, severity: severities[row.severity]!, ...body }
}

function expand(gap: GapRow, after: number, limit: number): Event[] {
  const first = Math.max(gap.first, after + 1)
  const length = Math.min(limit, gap.last - first + 1)
  const at = new Date(gap.at_ms).toISOString()
  return Array.from({ length }, (_, i) => {
    return {
      n: first + i,
      at,
      uncertaintyMs: null,
      severity: 'warning',
      kind: 'spool.dropped',
      dropped: 1,
      reason: gap.reason
    }
  })
}

/** A damaged file is set aside, not deleted, and a new spool with a new id begins its own count. */
function openOrReplace(file: string): DatabaseSync {
  try {
    return open(file)
  } catch (error) {
    const code = (error as { errcode?: number }).errcode
    if (code !== SQLITE_CORRUPT && code !== SQLITE_NOTADB) throw error
    const aside = `${file}.damaged-${Date.now()}`
    renameSync(file, aside)
    return open(file)
  }
}
const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

function open(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  try {
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA busy_timeout = 1000;
      BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS event (n INTEGER PRIMARY KEY, at_ms INTEGER, severity INTEGER, body TEXT);
      CREATE INDEX IF NOT EXISTS event_by_severity ON event (severity, n);
      CREATE TABLE IF NOT EXISTS given_up (first INTEGER PRIMARY KEY, last INTEGER, at_ms INTEGER, reason TEXT);
    `)
    const columns = db
      .prepare("SELECT name FROM pragma_table_info('event')")
      .all()
      .map(({ name }) => name)
    // Spools of agents before 2026-11-21 have none.
    if (!columns.includes('uncertainty_ms')) db.exec('ALTER TABLE event ADD COLUMN uncertainty_ms REAL')
    db.prepare("INSERT OR IGNORE INTO meta VALUES ('id', ?)").run(ulid())
    db.exec('COMMIT')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
