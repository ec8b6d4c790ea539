/** The alerts' tables in the spool's file: what is waiting, sent or held back, the counts, and what handlers still get. */
import type { DatabaseSync } from 'node:sqlite'
import type { HeldReason } from '@vedette/protocol'
import { type Alert, cameraOf, graveness, keyOf } from './alert.ts'
import type { SentMark, Waiting } from './gate.ts'
import type { Untold } from './tally.ts'
import type { Trouble } from './trouble.ts'

/** Of those sent, and of those held back, so many are kept to be looked at. Counts know of all. */
const KEPT = 10_000
/** As long as a throttle can be. */
const DAY_MS = 86_400_000

export type Outcome = 'waiting' | 'sent' | HeldReason

const statements = {
  put: `INSERT INTO alert VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome,
    outcome_ms = excluded.outcome_ms, stage = excluded.stage, body = excluded.body`,
  count: 'INSERT INTO alert_count VALUES (?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n',
  untold: `INSERT INTO alert_untold VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n,
    last_ms = max(last_ms, excluded.last_ms)`,
  told: 'DELETE FROM alert_untold WHERE key = ?',
  enqueue: 'INSERT OR IGNORE INTO alert_delivery VALUES (?, ?)',
  done: 'DELETE FROM alert_delivery WHERE handler = ? AND id = ?',
  trouble: 'INSERT INTO alert_trouble VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body',
  troubleOver: 'DELETE FROM alert_trouble WHERE key = ?'
} as const

export interface Change {
  do: keyof typeof statements
  with: (string | number | null)[]
}

export interface Kept {
  waiting: Waiting[]
  sent: SentMark[]
  counts: Map<string, number>
  untold: Untold[]
  /** Oldest first. */
  deliveries: { handler: string; alert: Alert }[]
  /** What people were told is wrong with the box, and not that it is over. */
  troubles: Trouble[]
}

export function putUntold({ key, reason, about, n, firstMs, lastMs }: Untold): Change {
  return { do: 'untold', with: [key, reason, JSON.stringify(about), n, firstMs, lastMs] }
}

export function putAlert(alert: Alert, outcome: Outcome, atMs: number, waiting?: Waiting): Change {
  const stage = waiting ? `${waiting.stage}${waiting.lasts ? ' lasts' : ''}` : null
  const own = [alert.id, keyOf(alert), cameraOf(alert), graveness[alert.severity], Date.parse(alert.at)]
  return { do: 'put', with: [...own, outcome, atMs, stage, JSON.stringify(alert)] }
}

export function writeChanges(db: DatabaseSync, changes: readonly Change[]): void {
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  for (const change of changes) {
    let statement = prepared.get(change.do)
    if (statement === undefined) {
      statement = db.prepare(statements[change.do])
      prepared.set(change.do, statement)
    }
    statement.run(...change.with)
  }
}

/** Of what is over, the newest are kept; what a handler still gets stays. */
export function prune(db: DatabaseSync): void {
  for (const which of ["= 'sent'", "NOT IN ('sent', 'waiting')"]) {
    db.exec(`DELETE FROM alert WHERE outcome ${which} AND id NOT IN (SELECT id FROM alert_delivery) AND outcome_ms <
      (SELECT outcome_ms FROM alert WHERE outcome ${which} ORDER BY outcome_ms DESC LIMIT 1 OFFSET ${KEPT - 1})`)
  }
}

export function readKept(db: DatabaseSync, nowMs: number): Kept {
  db.exec(`
    CREATE TABLE IF NOT EXISTS alert (id TEXT PRIMARY KEY, key TEXT, camera TEXT, graveness INTEGER, at_ms INTEGER,
      outcome TEXT, outcome_ms INTEGER, stage TEXT, body TEXT);
    CREATE INDEX IF NOT EXISTS alert_by_outcome ON alert (outcome, outcome_ms);
    CREATE TABLE IF NOT EXISTS alert_count (name TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS alert_untold (key TEXT, reason TEXT, about TEXT, n INTEGER, first_ms INTEGER,
      last_ms INTEGER, PRIMARY KEY (key, reason)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS alert_trouble (key TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS alert_delivery (handler TEXT, id TEXT, PRIMARY KEY (handler, id)) WITHOUT ROWID;
  `)
  const rows = <T>(sql: string, ...values: (string | number)[]) => db.prepare(sql).all(...values) as unknown as T[]
  return {
    waiting: rows<{ body: string; stage: string; outcome_ms: number }>(
      "SELECT body, stage, outcome_ms FROM alert WHERE outcome = 'waiting' ORDER BY outcome_ms, id"
    ).map(({ body, stage, outcome_ms }) => ({
      alert: JSON.parse(body) as Alert,
      stage: stage.startsWith('group') ? 'group' : 'debounce',
      lasts: stage.endsWith('lasts'),
      sinceMs: outcome_ms
    })),
    sent: rows<{ key: string; camera: string; graveness: number; outcome: string; outcome_ms: number }>(
      "SELECT * FROM alert WHERE outcome IN ('sent', 'grouped') AND outcome_ms > ?",
      nowMs - DAY_MS
    ).map(({ key, camera, graveness, outcome, outcome_ms }) => {
      return { key, camera, graveness, atMs: outcome_ms, isGrouped: outcome === 'grouped' }
    }),
    counts: new Map(rows<{ name: string; n: number }>('SELECT * FROM alert_count').map(({ name, n }) => [name, n])),
    untold: rows<Untold & { about: string; first_ms: number; last_ms: number }>('SELECT * FROM alert_untold').map(
      ({ key, reason, about, n, first_ms, last_ms }) => {
        return { key, reason, n, about: JSON.parse(about), firstMs: first_ms, lastMs: last_ms } as Untold
      }
    ),
    deliveries: rows<{ handler: string; body: string }>(
      'SELECT handler, body FROM alert_delivery JOIN alert USING (id) ORDER BY outcome_ms, id'
    ).map(({ handler, body }) => ({ handler, alert: JSON.parse(body) as Alert })),
    troubles: rows<{ body: string }>('SELECT body FROM alert_trouble').map(({ body }) => JSON.parse(body) as Trouble)
  }
}
