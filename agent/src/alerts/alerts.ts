/**
 * Alerts: rule events, and what is wrong with the box itself, go through the gate, what passes goes to the handlers, and all of it is on disk before anybody is
 * told. It lives in the spool's file: an alert, the event that tells the console of it, and what each handler has to
 * bring are one transaction. With a disk that takes no writes alerts go out all the same.
 */
import type { AlertCounts, EventBody, Severity } from '@vedette/protocol'
import { type Alert, aboutOf, cameraOf, keyOf } from './alert.ts'
import type { AlertHandler } from './alert_handler.ts'
import { type Kept, type Outcome, putAlert, putUntold } from './alert_tables.ts'
import { AlertBook } from './book.ts'
import { Deliveries } from './deliveries.ts'
import { AlertGate, type Verdict, type Waiting } from './gate.ts'
import type { QueueLimits } from './handler_queue.ts'
import type { Limits } from './limits.ts'
import { type Raised, ruleAlert, troubleAlert } from './raised_alert.ts'
import type { RuleSeen } from './rule_seen.ts'
import { Tally } from './tally.ts'
import type { Trouble } from './trouble.ts'

export interface AlertsOptions {
  box: { id: string; name: string }
  limits: Limits
  handlers: readonly AlertHandler[]
  cameraName(id: string): string
  /** An event for the console, committed together with what `commitSoon` asks for. */
  emit(event: EventBody, severity: Severity): void
  commitSoon(): void
  picture(alert: Alert): Promise<Uint8Array | null>
  /** No handler needs its picture any more. */
  forgetPicture(alert: Alert): void
  /** What people had been told is wrong with the box before the agent began. */
  restored?(troubles: readonly Trouble[]): void
  log(message: string): void
  now?(): number
  queue?: Partial<QueueLimits>
}

/** What was held back is told by itself when no alert has told it for so long. */
const TELL_MS = 60_000
/** Longest time without a look at what waits: a clock may be set. */
const LOOK_MS = 1000
const GROUPED_SHOWN = 20

export class Alerts {
  readonly #options: AlertsOptions
  readonly #now: () => number
  readonly #tally = new Tally()
  readonly #deliveries: Deliveries
  #gate: AlertGate
  #limits: Limits
  #timer: NodeJS.Timeout | null = null
  #isStopped = true
  /** For the spool, whose file and transactions this shares. */
  readonly book: AlertBook

  constructor(options: AlertsOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#limits = options.limits
    this.#gate = new AlertGate(options.limits)
    this.book = new AlertBook({
      opened: (kept) => this.#restore(kept),
      settled: () => this.#deliveries.settled(),
      now: this.#now
    })
    const { handlers, commitSoon, picture, forgetPicture, log } = options
    this.#deliveries = new Deliveries({
      ...{ handlers, commitSoon, picture, log, tally: this.#tally },
      limits: options.queue ?? {},
      note: (change) => this.book.note(change),
      forget: forgetPicture
    })
  }

  start(): void {
    this.#isStopped = false
    this.#deliveries.start()
    this.#schedule()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#deliveries.stop()
  }

  setLimits(limits: Limits): void {
    this.#limits = limits
    this.#gate.setLimits(limits)
    this.look()
  }

  /** In place of the one of this name; null: none any more. */
  setHandler(name: string, handler: AlertHandler | null): Promise<void> {
    return this.#deliveries.replace(name, handler)
  }

  /** A rule event, at the moment at which it is emitted. */
  raise(seen: RuleSeen, severity: Severity): void {
    const nowMs = this.#now()
    if (seen.phase === 'ended')
      this.#apply(
        this.#gate.ended((alert) => isAbout(alert, seen), nowMs),
        nowMs
      )
    else if (this.#limits.isEnabled) {
      this.#count('raised')
      this.#apply(
        this.#gate.raise(ruleAlert(seen, severity, this.#raised(nowMs)), seen.phase === 'began', nowMs),
        nowMs
      )
    }
    this.#schedule()
  }

  /** What is wrong with the box, or is no longer: whether it goes out. `isAgain`: it was held back, and comes only if it passes. */
  announce(trouble: Trouble, { isOver, isAgain }: { isOver: boolean; isAgain: boolean }): boolean {
    const nowMs = this.#now()
    if (!this.#limits.isEnabled) return false
    const alert = troubleAlert(trouble, isOver, this.#raised(nowMs))
    if (isAgain && this.#gate.whyHeld(alert, nowMs) !== null) return false
    this.#count('raised')
    const verdicts = this.#gate.raise(alert, false, nowMs)
    this.#apply(verdicts, nowMs)
    this.#schedule()
    return !verdicts.some((one) => one.is === 'held' && one.alert === alert && one.reason !== 'grouped')
  }

  /** Lets go what has waited long enough, and tells what was held back. Called by its own timer, too. */
  look(): void {
    const nowMs = this.#now()
    this.#apply(this.#gate.pass(nowMs), nowMs)
    for (const key of this.#tally.untoldSince(nowMs - TELL_MS)) {
      const event = this.#tally.tellAsEvent(key)
      if (event === null) continue
      this.#options.emit(event, 'info')
      this.book.note({ do: 'told', with: [key] })
    }
    if (this.book.hasChanges) this.#options.commitSoon()
  }

  get counts(): AlertCounts {
    const { count, held } = { count: (name: string) => this.#tally.count(name), held: this.#tally.held }
    const { waiting } = this.#gate
    return { raised: count('raised'), sent: count('sent'), waiting, held, handlers: this.#deliveries.counts }
  }

  #apply(verdicts: readonly Verdict[], nowMs: number): void {
    for (const verdict of verdicts) {
      switch (verdict.is) {
        case 'waiting':
          this.#put(verdict.waiting.alert, 'waiting', verdict.waiting.sinceMs, verdict.waiting)
          break
        case 'held':
          this.#put(verdict.alert, verdict.reason, nowMs)
          this.#count(`held ${verdict.reason}`)
          // A grouped one is told within the alert that it goes with.
          if (verdict.reason !== 'grouped')
            this.book.note(putUntold(this.#tally.hold(verdict.alert, verdict.reason, nowMs)))
          break
        case 'sent':
          this.#send(verdict.alert, verdict.grouped, nowMs)
      }
    }
    if (verdicts.length > 0) this.#options.commitSoon()
  }

  #send(lead: Alert, grouped: readonly Alert[], nowMs: number): void {
    const key = keyOf(lead)
    const alert: Alert = {
      ...lead,
      heldBack: this.#tally.tell(key),
      grouped: grouped.slice(0, GROUPED_SHOWN).map(({ id, at, severity, message }) => ({ id, at, severity, message })),
      groupedCount: grouped.length
    }
    this.book.note({ do: 'told', with: [key] })
    this.#count('sent')
    this.#put(alert, 'sent', nowMs)
    const told = { alert: alert.id, ...aboutOf(alert), message: alert.message, grouped: grouped.length }
    this.#options.emit({ kind: 'alert.sent', ...told, held: alert.heldBack }, alert.severity)
    this.#deliveries.send(alert)
  }

  #put(alert: Alert, outcome: Outcome, atMs: number, waiting?: Waiting): void {
    this.book.note(putAlert(alert, outcome, atMs, waiting))
  }

  #count(name: string): void {
    this.#tally.add(name)
    this.book.note({ do: 'count', with: [name, 1] })
  }

  #raised(nowMs: number): Raised {
    const { box, cameraName } = this.#options
    return { box, cameraName, nowMs }
  }

  #restore({ waiting, sent, counts, untold, deliveries, troubles }: Kept): void {
    const { waiting: ownWaiting, sent: ownSent } = this.#gate.state
    this.#gate = new AlertGate(this.#limits, { waiting: [...waiting, ...ownWaiting], sent: [...sent, ...ownSent] })
    for (const [name, n] of counts) this.#tally.add(name, n)
    for (const one of untold) this.#tally.addUntold(one)
    this.#deliveries.restore(deliveries)
    this.#options.restored?.(troubles)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#isStopped) return
    const inMs = Math.min(LOOK_MS, Math.max(0, (this.#gate.dueMs ?? Number.POSITIVE_INFINITY) - this.#now()))
    this.#timer = setTimeout(() => {
      this.look()
      this.#schedule()
    }, inMs)
  }
}

function isAbout(alert: Alert, seen: RuleSeen): boolean {
  const { rule, track } = alert
  return cameraOf(alert) === seen.camera && rule.id === seen.rule && track === (seen.track ?? null)
}
