/** What the alerts room has to write: kept in order until the spool has committed it, bounded while it cannot. */
import type { DatabaseSync } from 'node:sqlite'
import { type AlertQuery, type ListedAlert, listAlerts } from './alert_list.ts'
import { type Change, type Kept, prune, readKept, writeChanges } from './alert_tables.ts'

export interface BookHandlers {
  /** What lay on disk; once. */
  opened(kept: Kept): void
  /** What was noted until now is on disk, or cannot be: nobody needs to wait for it any longer. */
  settled(): void
  now(): number
}

/** More than this many changes are made fewer: alerts that are over are not kept to be looked at, counts are added up. */
const LIMIT = 20_000
/** Changes between two clean-ups. */
const PRUNE_EVERY = 1000

/** A `SpoolTenant`: the spool calls it in its own transaction. */
export class AlertBook {
  readonly #handlers: BookHandlers
  #changes: Change[] = []
  #limit = LIMIT
  #written = 0
  #sincePrune = 0
  /** Alerts that wait, as it is on disk. */
  readonly #waiting = new Set<string>()
  #db: DatabaseSync | null = null

  constructor(handlers: BookHandlers) {
    this.#handlers = handlers
  }

  note(change: Change): void {
    this.#changes.push(change)
    if (this.#changes.length <= this.#limit) return
    this.#changes = fewer(this.#changes, this.#waiting)
    this.#limit = Math.max(LIMIT, this.#changes.length * 2)
  }

  get hasChanges(): boolean {
    return this.#changes.length > 0
  }

  opened(db: DatabaseSync): void {
    const kept = readKept(db, this.#handlers.now())
    this.#db = db
    for (const { alert } of kept.waiting) this.#waiting.add(alert.id)
    this.#handlers.opened(kept)
  }

  /** Newest first; without a file those that have not been written. */
  list(query: AlertQuery): ListedAlert[] {
    return listAlerts(this.#db?.isOpen ? this.#db : null, this.#changes, query)
  }

  write(db: DatabaseSync): void {
    writeChanges(db, this.#changes)
    if (this.#sincePrune > PRUNE_EVERY) prune(db)
    this.#written = this.#changes.length
  }

  written(): void {
    this.#sincePrune = this.#sincePrune > PRUNE_EVERY ? 0 : this.#sincePrune + this.#written
    for (const { do: what, with: values } of this.#changes) {
      if (what !== 'put') continue
      if (values[OUTCOME] === 'waiting') this.#waiting.add(String(values[0]))
      else this.#waiting.delete(String(values[0]))
    }
    this.#changes = []
    this.#handlers.settled()
  }

  failed(): void {
    this.#handlers.settled()
  }
}

/** The same in fewer: of each alert its last state, of each count the sum. Alerts that are over go, but for `onDisk`. */
function fewer(changes: readonly Change[], onDisk: ReadonlySet<string>): Change[] {
  const puts = new Map<string, Change>()
  const counts = new Map<string, Change>()
  const told = new Map<string, Change>()
  const untold = new Map<string, Change>()
  const troubles = new Map<string, Change>()
  const rest: Change[] = []
  for (const change of changes) {
    const [first, second] = change.with
    switch (change.do) {
      case 'put':
        puts.set(String(first), change)
        break
      case 'count':
        counts.set(String(first), {
          do: 'count',
          with: [first!, Number(counts.get(String(first))?.with[1] ?? 0) + Number(second)]
        })
        break
      case 'told':
        told.set(String(first), change)
        for (const [name, one] of untold) if (one.with[0] === first) untold.delete(name)
        break
      case 'untold': {
        const [key, reason, about, n, firstMs, lastMs] = change.with
        const before = untold.get(`${key} ${reason}`)?.with
        const sum: Change['with'] = before
          ? [Number(before[3]) + Number(n), before[4]!, lastMs!]
          : [n!, firstMs!, lastMs!]
        untold.set(`${key} ${reason}`, { do: 'untold', with: [key!, reason!, about!, ...sum] })
        break
      }
      case 'trouble':
      case 'troubleOver':
        troubles.set(String(first), change)
        break
      case 'enqueue':
      case 'done':
        rest.push(change)
    }
  }
  const isNeeded = ({ with: values }: Change) =>
    values[OUTCOME] === 'sent' || values[OUTCOME] === 'waiting' || onDisk.has(String(values[0]))
  const kept = [...puts.values()].filter(isNeeded)
  return [...kept, ...counts.values(), ...told.values(), ...untold.values(), ...troubles.values(), ...rest]
}

/** Its place in `put`. */
const OUTCOME = 5
