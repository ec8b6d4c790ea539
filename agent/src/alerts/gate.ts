/**
 * Which alerts go out, which wait, and which are held back and why. No I/O and no clock: the time is given.
 *
 * An alert that lasts waits until it has lasted (debounce), then asks whether the same was told a short while ago
 * (throttle), whether its camera told too much at once (burst) and the box too much in this minute (rate), and may wait
 * for others of its camera to go out as one (group). Four rules, each of them a trap that others fell into:
 * - the throttle begins only when something was sent;
 * - the key is camera, rule and label, so that one thing does not silence another;
 * - one that is graver than what was told passes: the throttle, and those that are less grave do not use up its place;
 * - debounce comes before the throttle, so that what flickers neither alerts nor silences.
 */
import type { HeldReason } from '@vedette/protocol'
import { type Alert, cameraOf, graveness, keyOf } from './alert.ts'
import type { Limits } from './limits.ts'

export interface Waiting {
  alert: Alert
  /** The state it tells may end again, and it with it. */
  lasts: boolean
  stage: 'debounce' | 'group'
  sinceMs: number
}

/** Something that went out: what throttle, burst and rate ask for. */
export interface SentMark {
  key: string
  camera: string
  graveness: number
  atMs: number
  /** Told within another alert: it does not count for burst and rate. */
  isGrouped: boolean
}

export type Verdict =
  | { is: 'waiting'; waiting: Waiting }
  | { is: 'sent'; alert: Alert; grouped: Alert[] }
  | { is: 'held'; alert: Alert; reason: HeldReason }

export const MINUTE_MS = 60_000
/** Beyond, alerts are held back as `full`. */
const WAITING_LIMIT = 1000

export class AlertGate {
  #limits: Limits
  #waiting: Waiting[]
  /** Oldest first. */
  #sent: SentMark[]

  constructor(limits: Limits, before: { waiting: Waiting[]; sent: SentMark[] } = { waiting: [], sent: [] }) {
    this.#limits = limits
    this.#waiting = [...before.waiting]
    this.#sent = before.sent.toSorted((a, b) => a.atMs - b.atMs)
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** All that another gate needs to go on. */
  get state(): { waiting: readonly Waiting[]; sent: readonly SentMark[] } {
    return { waiting: this.#waiting, sent: this.#sent }
  }

  setLimits(limits: Limits): void {
    this.#limits = limits
  }

  /** `lasts`: it is a state that will be told to have ended. */
  raise(alert: Alert, lasts: boolean, nowMs: number): Verdict[] {
    const before = this.pass(nowMs)
    const waiting: Waiting = { alert, lasts, stage: 'debounce', sinceMs: nowMs }
    if (lasts && this.#limits.debounceMs > 0) return [...before, ...this.#wait(waiting)]
    return [...before, ...this.#group(waiting, nowMs)]
  }

  /** What an alert told is over: one that still waits to have lasted was none. */
  ended(isIt: (alert: Alert) => boolean, nowMs: number): Verdict[] {
    const before = this.pass(nowMs)
    const over = this.#take(({ lasts, stage, alert }) => lasts && stage === 'debounce' && isIt(alert))
    return [...before, ...over.map(({ alert }) => held(alert, 'debounce'))]
  }

  /** Lets go what has waited long enough. */
  pass(nowMs: number): Verdict[] {
    this.#keepTime(nowMs)
    const { debounceMs, groupMs } = this.#limits
    const lasted = this.#take(({ stage, sinceMs }) => stage === 'debounce' && nowMs - sinceMs >= debounceMs)
    const verdicts = lasted.flatMap((waiting) => this.#group(waiting, nowMs))
    const cameras = new Set(
      this.#waiting
        .filter(({ stage, sinceMs }) => stage === 'group' && nowMs - sinceMs >= groupMs)
        .map(({ alert }) => cameraOf(alert))
    )
    for (const camera of cameras) verdicts.push(...this.#sendGroup(camera, nowMs))
    return verdicts
  }

  /** When `pass` has something to do; null when nothing waits. */
  get dueMs(): number | null {
    const { debounceMs, groupMs } = this.#limits
    const dues = this.#waiting.map(({ stage, sinceMs }) => sinceMs + (stage === 'debounce' ? debounceMs : groupMs))
    return dues.length === 0 ? null : Math.min(...dues)
  }

  #group(waiting: Waiting, nowMs: number): Verdict[] {
    const { alert } = waiting
    const why = this.whyHeld(alert, nowMs)
    if (why !== null) return [held(alert, why)]
    const verdicts = this.#wait({ ...waiting, stage: 'group', sinceMs: nowMs })
    // What is grave does not wait for company; those that wait go with it.
    const isUrgent = this.#limits.groupMs === 0 || alert.severity === 'error'
    return isUrgent ? [...verdicts, ...this.#sendGroup(cameraOf(alert), nowMs)] : verdicts
  }

  #wait(waiting: Waiting): Verdict[] {
    if (this.#waiting.length >= WAITING_LIMIT) return [held(waiting.alert, 'full')]
    this.#waiting.push(waiting)
    return [{ is: 'waiting', waiting }]
  }

  #sendGroup(camera: string, nowMs: number): Verdict[] {
    const verdicts: Verdict[] = []
    const passing: Alert[] = []
    for (const { alert } of this.#take(({ stage, alert }) => stage === 'group' && cameraOf(alert) === camera)) {
      const why = this.whyHeld(alert, nowMs)
      if (why === null) passing.push(alert)
      else verdicts.push(held(alert, why))
    }
    if (passing.length === 0) return verdicts
    const lead = passing.reduce((best, one) => (graveness[one.severity] > graveness[best.severity] ? one : best))
    const grouped = passing.filter((alert) => alert !== lead)
    for (const alert of passing) {
      this.#sent.push({
        key: keyOf(alert),
        camera,
        graveness: graveness[alert.severity],
        atMs: nowMs,
        isGrouped: alert !== lead
      })
    }
    return [...verdicts, { is: 'sent', alert: lead, grouped }, ...grouped.map((alert) => held(alert, 'grouped'))]
  }

  /** null: it would go out now. */
  whyHeld(alert: Alert, nowMs: number): HeldReason | null {
    const { suspendUntilMs, throttleMs, burstMs, burstThreshold, maxPerMinute } = this.#limits
    if (suspendUntilMs !== null && nowMs < suspendUntilMs) return 'suspended'
    const own = graveness[alert.severity]
    const key = keyOf(alert)
    const told = this.#sent.filter((mark) => mark.key === key && nowMs - mark.atMs < throttleMs)
    if (told.length > 0) return told.some((mark) => mark.graveness >= own) ? 'throttle' : null
    const rivals = this.#sent.filter((mark) => !mark.isGrouped && mark.graveness >= own)
    const since = (ms: number) => rivals.filter((mark) => nowMs - mark.atMs < ms)
    if (since(burstMs).filter((mark) => mark.camera === cameraOf(alert)).length >= burstThreshold) return 'burst'
    return since(MINUTE_MS).length >= maxPerMinute ? 'rate' : null
  }

  #take(isIt: (waiting: Waiting) => boolean): Waiting[] {
    const taken = this.#waiting.filter(isIt)
    if (taken.length > 0) this.#waiting = this.#waiting.filter((waiting) => !isIt(waiting))
    return taken
  }

  /** Forgets marks that no limit asks for. A clock that was set back must not hold alerts back until it is there again. */
  #keepTime(nowMs: number): void {
    const longestMs = Math.max(this.#limits.throttleMs, this.#limits.burstMs, MINUTE_MS)
    if (this.#sent.length > 0 && nowMs - this.#sent[0]!.atMs > longestMs)
      this.#sent = this.#sent.filter(({ atMs }) => nowMs - atMs <= longestMs)
    for (const mark of this.#sent) if (mark.atMs > nowMs) mark.atMs = nowMs
    for (const waiting of this.#waiting) if (waiting.sinceMs > nowMs) waiting.sinceMs = nowMs
  }
}

function held(alert: Alert, reason: HeldReason): Verdict {
  return { is: 'held', alert, reason }
}
