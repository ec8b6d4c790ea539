/**
 * What is wrong with the box itself becomes an alert when it has lasted, and another when it is over for as long. The
 * events of the box say what is; the time is given. What was told is kept: a restart neither tells it twice nor forgets
 * to tell its end.
 */
import type { EventBody, Severity } from '@vedette/protocol'
import { graveness } from './alert.ts'
import type { Trouble } from './trouble.ts'

export interface TroubleSettings {
  cameraDown: boolean
  /** Down for so long, or back. */
  cameraDownMs: number
  engineFalls: boolean
  /** From which level on a figure of the box is an alert. */
  level: 'off' | 'warn' | 'bad'
}

export interface TroublesOptions {
  settings: TroubleSettings
  /** Whether people are told; what was held back is asked again (`isAgain`) until it is told or over. */
  announce(trouble: Trouble, asked: { isOver: boolean; isAgain: boolean }): boolean
  /** It was told; null: its end was, too, or there is nothing to tell any more. */
  keep(key: string, told: Trouble | null): void
  now(): number
}

interface Known {
  trouble: Trouble
  is: 'on' | 'over'
  /** Since when it is so; of falls, when the last one was. */
  changedMs: number
  /** How grave it was when people were told; null: they were not. */
  told: Severity | null
  /** People were to be told of this, and it was held back. */
  isHeld: boolean
}

/** So many falls in so long are no accident. */
const FALLS = 3
export const FALLS_MS = 600_000
/** A figure that was beyond its limit before a restart, and of which nothing was heard for so long, is well. */
export const UNHEARD_MS = 180_000

const DOWN: readonly string[] = ['backing_off', 'stalled', 'auth_failed', 'unsupported']
const GONE: readonly string[] = ['disabled', 'idle']
const grades = { ok: 0, warn: 1, bad: 2 } as const

export class Troubles {
  readonly #options: TroublesOptions
  readonly #known = new Map<string, Known>()
  /** Levels that were told of since the agent began. */
  readonly #heard = new Set<string>()
  #falls: number[] = []

  constructor(options: TroublesOptions) {
    this.#options = options
  }

  /** What had been told before the agent began. */
  restore(told: readonly Trouble[]): void {
    const changedMs = this.#options.now()
    for (const trouble of told) {
      // Of a camera nothing is known until it says so; the others are taken for over unless they are heard of.
      const is = trouble.kind === 'camera-down' ? 'on' : 'over'
      this.#known.set(trouble.key, { trouble, is, changedMs, told: trouble.severity, isHeld: false })
    }
  }

  happened(event: EventBody): void {
    if (event.kind === 'camera.state') this.#camera(event)
    else if (event.kind === 'engine.restarted') this.#fell(event.reason)
    else if (event.kind === 'health.level') this.#level(event)
  }

  /** The cameras from now on: of others there is nothing to tell any more. */
  keepCameras(ids: readonly string[]): void {
    for (const { trouble } of this.#known.values())
      if (trouble.camera !== null && !ids.includes(trouble.camera)) this.#forget(trouble.key)
  }

  /** Tells what has lasted long enough. To be called every second or so. */
  look(): void {
    const nowMs = this.#options.now()
    for (const [key, known] of this.#known) {
      // A clock that was set back holds nothing back.
      known.changedMs = Math.min(known.changedMs, nowMs)
      known.trouble.sinceMs = Math.min(known.trouble.sinceMs, nowMs)
      if (known.trouble.kind === 'engine-falls' && nowMs - known.changedMs >= FALLS_MS) known.is = 'over'
      if (known.is === 'on') this.#lookOn(known, nowMs)
      else if (nowMs - known.changedMs >= this.#overAfterMs(known)) this.#lookOver(key, known)
    }
  }

  #lookOn(known: Known, nowMs: number): void {
    const { trouble, told } = known
    const isNews = told === null || graveness[trouble.severity] > graveness[told]
    const afterMs = trouble.kind === 'camera-down' ? this.#options.settings.cameraDownMs : 0
    if (!isNews || nowMs - trouble.sinceMs < afterMs || this.#followsFrom(known) || !this.#announce(known, false))
      return
    known.told = trouble.severity
    this.#options.keep(trouble.key, trouble)
  }

  /** Without an engine there are no pictures: that is told, not each of its cameras. */
  #followsFrom({ trouble }: Known): boolean {
    return trouble.kind === 'camera-down' && this.#known.get('engine')?.is === 'on'
  }

  #lookOver(key: string, known: Known): void {
    if (known.told === null || this.#announce(known, true)) this.#forget(key)
  }

  #announce(known: Known, isOver: boolean): boolean {
    const isOut = this.#options.announce(known.trouble, { isOver, isAgain: known.isHeld })
    known.isHeld = !isOut
    return isOut
  }

  #overAfterMs({ trouble }: Known): number {
    switch (trouble.kind) {
      case 'camera-down':
        return this.#options.settings.cameraDownMs
      case 'engine-falls':
        return FALLS_MS
      case 'level':
        // It has been well for `limits.holdS` when it says so; after a restart it may say nothing at all.
        return this.#heard.has(trouble.key) ? 0 : UNHEARD_MS
    }
  }

  #camera({ camera, state, reason }: EventBody & { kind: 'camera.state' }): void {
    const key = `camera ${camera}`
    if (GONE.includes(state)) this.#forget(key)
    else if (state === 'live') this.#over(key)
    else if (DOWN.includes(state) && this.#options.settings.cameraDown)
      this.#on({ key, kind: 'camera-down', camera, figure: null, severity: 'error', reason })
  }

  #fell(reason: string): void {
    const nowMs = this.#options.now()
    this.#falls = [...this.#falls, nowMs].filter((atMs) => nowMs - atMs < FALLS_MS).slice(-FALLS)
    const known = this.#known.get('engine')
    if (known) known.changedMs = nowMs
    if (this.#falls.length < FALLS || !this.#options.settings.engineFalls) return
    const words = `The engine fell ${FALLS} times within ${FALLS_MS / 60_000} minutes. The last time: ${reason}`
    this.#on({ key: 'engine', kind: 'engine-falls', camera: null, figure: null, severity: 'error', reason: words })
  }

  #level({ figure, level, reason }: EventBody & { kind: 'health.level' }): void {
    const { level: least } = this.#options.settings
    const key = `level ${figure}`
    this.#heard.add(key)
    if (least === 'off' || grades[level] < grades[least]) {
      this.#over(key)
      return
    }
    const camera = figure.startsWith('camera ') ? figure.slice('camera '.length) : null
    this.#on({ key, kind: 'level', camera, figure, severity: level === 'bad' ? 'error' : 'warning', reason })
  }

  #on(trouble: Omit<Trouble, 'sinceMs'>): void {
    const nowMs = this.#options.now()
    const known = this.#known.get(trouble.key)
    // One that was away for a moment has been there all the time.
    const sinceMs = known?.trouble.sinceMs ?? nowMs
    const isHeld = known?.is === 'on' && known.isHeld
    const told = known?.told ?? null
    this.#known.set(trouble.key, { trouble: { ...trouble, sinceMs }, is: 'on', changedMs: nowMs, told, isHeld })
  }

  #over(key: string): void {
    const known = this.#known.get(key)
    if (known === undefined || known.is === 'over') return
    known.is = 'over'
    known.changedMs = this.#options.now()
    known.isHeld = false
  }

  #forget(key: string): void {
    if (this.#known.get(key)?.told) this.#options.keep(key, null)
    this.#known.delete(key)
  }
}
