/**
 * Events on disk until the console has them (design 2.9).
 *
 * An event exists when the transaction that stored it has committed; its number, 1 … N without a gap within this spool,
 * is given in that transaction. The spool is bounded in bytes and age. What has to be given up keeps its number and
 * time-of-loss and loses its content: it is sent as `spool.dropped` with `dropped: 1`, so the console holds 1 … N
 * exactly, whatever happened. Runs of given-up numbers are stored as ranges, so that they cost nothing either.
 *
 * With a full disk events wait in memory, bounded; those lost there never had a number, and become one `spool.dropped`
 * with their count once the disk takes writes again. Everything is synchronous on the agent's thread: one fsync at most
 * every GROUP_MS.
 */
import type { Event, EventBody, Severity } from '@vedette/protocol'
import { GivenUp } from './given_up.ts'
import { openSpool, type SpoolDatabase, type StoredEvent } from './spool_database.ts'
import type { SpoolTenant } from './spool_tenant.ts'

/** Longest time between an event and the commit that stores it. */
export const GROUP_MS = 100
const RETRY_MS = 1000
const MEMORY_LIMIT = 10_000

export interface SpoolOptions {
  file: string
  maxBytes: number
  maxAgeMs: number
  now?: () => number
  /** By how much `now` may be off; null: nobody knows. */
  uncertaintyMs?: () => number | null
  /** Pages of the database at most: a full disk, for tests. */
  maxPages?: number
  tenant?: SpoolTenant
  /** New events are on disk, or receipts made room: look again what to send. */
  changed?(): void
  /** Told once when writing begins to fail, in words, and with null when it works again. */
  trouble?(reason: string | null): void
}

export interface SpoolStatus {
  /** Null before the first successful opening. */
  id: string | null
  waiting: number
  inMemory: number
  lostInMemory: number
  trouble: string | null
  /** Tries to store since the agent began, successful or not: what stands still is stuck. */
  commits: number
}

export class Spool {
  readonly #options: SpoolOptions
  readonly #now: () => number
  #db: SpoolDatabase | null = null
  #queue: StoredEvent[] = []
  #received: [number, number][] = []
  #lost = 0
  #trouble: string | null = null
  #commits = 0
  /** Numbers above it were given by this process. */
  #before: number | null = null
  #timer: NodeJS.Timeout | null = null
  /** Unreserved after a crash: a new start leaves a gap, so that no id is used twice (see `nextTrackId`). */
  #nextTrack = 0

  constructor(options: SpoolOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** Does not throw: a disk that cannot be written now is tried again, and events wait in memory. */
  start(): void {
    this.commit()
    this.#timer = setInterval(() => this.giveUpOld(), 60_000)
    this.#timer.unref()
  }

  stop(): void {
    this.#cancelCommit()
    if (this.#timer) clearInterval(this.#timer)
    if (this.#queue.length > 0 || this.#received.length > 0 || this.#options.tenant?.hasChanges) this.commit()
    this.#cancelCommit()
    this.#db?.close()
    this.#db = null
  }

  add(body: EventBody, severity: Severity): void {
    if (this.#queue.length >= MEMORY_LIMIT) this.#loseOne()
    this.#queue.push({ atMs: this.#now(), uncertaintyMs: this.#uncertaintyMs(), severity, body })
    this.#commitSoon(GROUP_MS / 2)
  }

  /** The tenant has something to write: within GROUP_MS, with the events that were added meanwhile. */
  commitSoon(): void {
    this.#commitSoon(GROUP_MS / 2)
  }

  /** The clock was set: events of this run whose time was not known for sure happened so much later. */
  correct(byMs: number): void {
    for (const waiting of this.#queue) if (waiting.uncertaintyMs === null) waiting.atMs += byMs
    try {
      if (this.#before !== null) this.#db?.correct(byMs, this.#before)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** The console has committed these numbers of the spool with this id. */
  receive(spool: string, ranges: readonly (readonly [number, number])[]): void {
    if (spool !== this.#db?.id) return
    for (const [first, last] of ranges) if (first <= last) this.#received.push([first, last])
    this.#commitSoon(GROUP_MS / 2)
    this.#options.changed?.()
  }

  /** The oldest events without a receipt, oldest first. */
  unreceipted(limit: number): Event[] {
    if (!this.#db) return []
    try {
      return this.#db.unreceipted(limit, this.#received)
    } catch (error) {
      this.#fail(error)
      return []
    }
  }

  /** Unique in this spool, also over restarts: kept in the transaction of the event that tells it. */
  nextTrackId(): number {
    return ++this.#nextTrack
  }

  status(): SpoolStatus {
    return {
      id: this.#db?.id ?? null,
      waiting: (this.#db?.waiting() ?? 0) + this.#queue.length,
      inMemory: this.#queue.length,
      lostInMemory: this.#lost,
      trouble: this.#trouble,
      commits: this.#commits
    }
  }

  /** Stores what waits, now. */
  commit(): void {
    this.#cancelCommit()
    this.#commits++
    try {
      this.#db ??= this.#open()
      if (this.#received.length > 0) {
        this.#db.forget(this.#received)
        this.#received = []
      }
      const lost = this.#lost
      const queue = this.#queue
      const { tenant } = this.#options
      if (queue.length > 0 || lost > 0 || tenant?.hasChanges) {
        const events = lost > 0 ? [this.#lossEvent(lost), ...queue] : queue
        this.#db.store(events, this.#nextTrack, (db) => tenant?.write(db))
        this.#queue = []
        this.#lost = 0
        tenant?.written()
        this.#boundBytes(this.#db)
      }
    } catch (error) {
      this.#fail(error)
      return
    }
    if (this.#trouble !== null) {
      this.#trouble = null
      this.#options.trouble?.(null)
    }
    this.#options.changed?.()
  }

  #open(): SpoolDatabase {
    const db = openSpool(this.#options.file, this.#options.maxPages)
    try {
      this.#options.tenant?.opened(db.db)
    } catch (error) {
      db.close()
      throw error
    }
    this.#nextTrack = Math.max(this.#nextTrack, db.lastTrack + 1000)
    this.#before = db.lastNumber()
    return db
  }

  #boundBytes(db: SpoolDatabase): void {
    const excess = db.bytes() - this.#options.maxBytes
    if (excess > 0) new GivenUp(db).free(excess, this.#now())
  }

  /** Empties what is older than the limit; once a minute by itself. */
  giveUpOld(): void {
    try {
      if (this.#db) new GivenUp(this.#db).olderThan(this.#now() - this.#options.maxAgeMs, this.#now())
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    const { message } = error as Error
    const advice = message.includes('full') ? 'Make room on its disk' : 'Check its disk'
    const reason = `Events are kept in memory, because ${this.#options.file} cannot be written (${message}). ${advice}.`
    if (this.#trouble === null) {
      this.#trouble = reason
      this.#options.trouble?.(reason)
    }
    this.#options.tenant?.failed()
    this.#commitSoon(RETRY_MS)
  }

  #loseOne(): void {
    const order: Severity[] = ['debug', 'info', 'warning', 'error']
    for (const severity of order) {
      const at = this.#queue.findIndex((waiting) => waiting.severity === severity)
      if (at < 0) continue
      this.#queue.splice(at, 1)
      this.#lost++
      return
    }
  }

  #commitTimer: NodeJS.Timeout | null = null
  #commitSoon(afterMs: number): void {
    if (this.#commitTimer || (this.#trouble !== null && afterMs < RETRY_MS)) {
      if (this.#commitTimer) return
      afterMs = RETRY_MS
    }
    this.#commitTimer = setTimeout(() => this.commit(), afterMs)
  }

  #cancelCommit(): void {
    if (this.#commitTimer) clearTimeout(this.#commitTimer)
    this.#commitTimer = null
  }

  #lossEvent(dropped: number): StoredEvent {
    const reason = 'the disk took no writes and the memory for waiting events was full'
    const body = { kind: 'spool.dropped', dropped, reason } as const
    return { atMs: this.#now(), uncertaintyMs: this.#uncertaintyMs(), severity: 'error', body }
  }

  #uncertaintyMs(): number | null {
    return this.#options.uncertaintyMs?.() ?? null
  }
}
