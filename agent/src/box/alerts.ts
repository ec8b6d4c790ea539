/** The box's alerts: limits and handlers of its settings, and over them what the console wants. */
import { join } from 'node:path'
import {
  type AlertCounts,
  type Alerts as DesiredAlerts,
  type EventBody,
  heldReasonWords,
  type Severity
} from '@vedette/protocol'
import type { AlertQuery } from '../alerts/alert_list.ts'
import { AlertPictures } from '../alerts/alert_pictures.ts'
import { Alerts } from '../alerts/alerts.ts'
import { webhookHandler } from '../alerts/handlers/webhook.ts'
import { limitsOf } from '../alerts/limits.ts'
import type { Trouble } from '../alerts/trouble.ts'
import { Troubles } from '../alerts/troubles.ts'
import type { BoxKey } from '../desired/credential.ts'
import type { Log } from '../log.ts'
import { withoutWaiting } from '../pipeline/sources/words.ts'
import type { Settings } from '../settings.ts'
import { alertHandler, secretUrl } from './alert_handlers.ts'

export interface BoxAlertsOptions {
  settings: Settings
  key: BoxKey
  cameraName(id: string): string
  snapshot(camera: string, limitMs: number): Promise<{ jpeg: Uint8Array }>
  emit(event: EventBody, severity: Severity): void
  commitSoon(): void
  log: Log
}

/** Of the handler that the console names. */
const CONSOLE_WEBHOOK = 'webhook of the console'
/** Later than that, an alert goes without its picture. */
const PICTURE_LIMIT_MS = 2000
const WEBHOOK_TIMEOUT_MS = 30_000
const TROUBLES_MS = 1000

export class BoxAlerts {
  readonly #options: BoxAlertsOptions
  readonly #pictures: AlertPictures
  readonly #alerts: Alerts
  readonly #troubles: Troubles
  #timer: NodeJS.Timeout | null = null
  /** What the console names, with the revision of the secret, as it is in force. */
  #webhook = JSON.stringify(named(undefined))

  constructor(options: BoxAlertsOptions) {
    this.#options = options
    const { settings, log, cameraName, emit, commitSoon } = options
    const warn = (message: string) => log.log.warn(message)
    this.#pictures = new AlertPictures({
      directory: join(settings.dataDir, 'alert_pictures'),
      snapshot: options.snapshot,
      limitMs: PICTURE_LIMIT_MS,
      log: warn
    })
    this.#alerts = new Alerts({
      box: settings.box,
      limits: limitsOf(settings.alerts.limits),
      handlers: settings.alerts.handlers.map((one) => alertHandler(one, settings.box.id, log)),
      ...{ cameraName, emit, commitSoon, log: warn },
      picture: (alert) => this.#pictures.take(alert),
      forgetPicture: (alert) => this.#pictures.forget(alert),
      restored: (troubles) => this.#troubles.restore(troubles)
    })
    const { cameraDownS, ...troubles } = settings.alerts.troubles
    this.#troubles = new Troubles({
      settings: { ...troubles, cameraDownMs: cameraDownS * 1000 },
      announce: (trouble, asked) => this.#alerts.announce(trouble, asked),
      keep: (key, told) => this.#keep(key, told),
      now: Date.now
    })
  }

  /** For the spool. */
  get book() {
    return this.#alerts.book
  }

  get counts(): AlertCounts {
    return this.#alerts.counts
  }

  list(query: AlertQuery) {
    return this.#alerts.book.list(query).map(({ alert, outcome, decidedMs }) => {
      const { id, at, severity, isOver, camera, rule, label, message, groupedCount, heldBack } = alert
      const told = { id, at, severity, isOver, camera, rule, label, message, groupedCount, heldBack: { ...heldBack } }
      const why = outcome === 'sent' ? '' : heldReasonWords[outcome]
      return { ...told, outcome, why, decidedAt: new Date(decidedMs).toISOString() }
    })
  }

  async start(): Promise<void> {
    await this.#pictures
      .start()
      .catch((error: Error) => this.#options.log.log.warn(`alerts go without pictures: ${error.message}`))
    this.#alerts.start()
    this.#timer = setInterval(() => this.#troubles.look(), TROUBLES_MS)
  }

  stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    return this.#alerts.stop()
  }

  /** Every event of the box passes here; those of rules may be alerts, and what is wrong with the box. */
  emitted(event: EventBody, severity: Severity): void {
    if (event.kind === 'rule') this.#alerts.raise(event, severity)
    // When it tries again is no news by the time somebody reads it.
    else if (event.kind === 'camera.state') this.#troubles.happened({ ...event, reason: withoutWaiting(event.reason) })
    else this.#troubles.happened(event)
  }

  /** The cameras from now on. */
  keepCameras(ids: readonly string[]): void {
    this.#troubles.keepCameras(ids)
  }

  #keep(key: string, told: Trouble | null): void {
    const { book } = this.#alerts
    if (told === null) book.note({ do: 'troubleOver', with: [key] })
    else book.note({ do: 'trouble', with: [key, JSON.stringify(told)] })
    this.#options.commitSoon()
  }

  /** What the console wants; null: what the settings say. Throws a DesiredError when its secret does not open. */
  want(desired: DesiredAlerts | null): void {
    const { settings, key, log } = this.#options
    const { webhook, ...limits } = desired ?? {}
    // First, because it may throw: then nothing has changed.
    const secret = webhook?.credential ? key.unseal(webhook.credential.sealed).password : null
    this.#alerts.setLimits(limitsOf({ ...settings.alerts.limits, ...limits }))
    const now = JSON.stringify(named(webhook))
    if (now === this.#webhook) return
    if (secret !== null) log.redact(secret)
    const handler =
      webhook === undefined
        ? null
        : webhookHandler({
            ...{ name: CONSOLE_WEBHOOK, from: 'console', caFile: null },
            ...{ minSeverity: webhook.minSeverity ?? 'debug', takesPicture: webhook.picture ?? true },
            ...{ url: secretUrl(webhook.url, log), secret, timeoutMs: WEBHOOK_TIMEOUT_MS }
          })
    this.#webhook = now
    void this.#alerts
      .setHandler(CONSOLE_WEBHOOK, handler)
      .catch((error: Error) => log.log.error(`the console's webhook could not be set: ${error.message}`))
  }
}

/** The same secret may be sealed anew at any time: its revision tells whether it is another one. */
function named(webhook: DesiredAlerts['webhook']) {
  return [webhook?.url, webhook?.credential?.revision, webhook?.minSeverity, webhook?.picture]
}
