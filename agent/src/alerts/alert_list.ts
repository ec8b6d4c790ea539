/** Alerts that are over, as the book has them: what was sent, and what was held back and why. */
import type { DatabaseSync } from 'node:sqlite'
import type { HeldReason } from '@vedette/protocol'
import type { Alert } from './alert.ts'
import type { Change } from './alert_tables.ts'

export interface AlertQuery {
  /** null: both. */
  held: boolean | null
  limit: number
  /** Id of an alert: only those before it. null: from the newest on. */
  before: string | null
}

export interface ListedAlert {
  alert: Alert
  outcome: 'sent' | HeldReason
  /** When that was decided. */
  decidedMs: number
}

interface Row {
  id: string
  outcome: string
  outcome_ms: number
  body: string
}

/** Newest first: ids are ULIDs. `changes` are not in the tables yet; without tables they are all there is. */
export function listAlerts(db: DatabaseSync | null, changes: readonly Change[], query: AlertQuery): ListedAlert[] {
  const pending = pendingRows(changes)
  // As many more as pending ones may take out again.
  const stored = db === null ? [] : storedRows(db, { ...query, limit: query.limit + pending.size })
  const isAsked = ({ id, outcome }: Row) =>
    outcome !== 'waiting' &&
    (query.held === null || query.held === (outcome !== 'sent')) &&
    (query.before === null || id < query.before)
  return [...stored.filter(({ id }) => !pending.has(id)), ...pending.values()]
    .filter(isAsked)
    .toSorted((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, query.limit)
    .map(({ outcome, outcome_ms, body }) => ({
      alert: JSON.parse(body) as Alert,
      outcome: outcome as ListedAlert['outcome'],
      decidedMs: outcome_ms
    }))
}

function storedRows(db: DatabaseSync, { held, limit, before }: AlertQuery): Row[] {
  const which = held === null ? '' : held ? "AND outcome <> 'sent'" : "AND outcome = 'sent'"
  const sql = `SELECT id, outcome, outcome_ms, body FROM alert WHERE outcome <> 'waiting' ${which} AND id < ?
    ORDER BY id DESC LIMIT ?`
  // Above every ULID.
  return db.prepare(sql).all(before ?? '~', limit) as unknown as Row[]
}

/** The last state of each. */
function pendingRows(changes: readonly Change[]): Map<string, Row> {
  const rows = new Map<string, Row>()
  for (const { do: what, with: values } of changes) {
    if (what !== 'put') continue
    const [id, , , , , outcome, outcomeMs, , body] = values
    const row = { id: String(id), outcome: String(outcome), outcome_ms: Number(outcomeMs), body: String(body) }
    rows.set(row.id, row)
  }
  return rows
}
