/**
 * What the service manager (systemd) is told of the agent: ready, how it goes, alive, reloading, stopping; sd_notify(3)
 * has the words. Alive is said only while everything that must move moves: who stands still is ended and started again.
 */
import { type SignOfLife, SignsOfLife } from './signs_of_life.ts'

export interface Service {
  signs: readonly SignOfLife[]
  /** How the box is, in one line. */
  status(): string
}

export interface ServiceManagerOptions {
  /** Throws when it cannot be sent; null without a service manager. */
  send: ((state: string) => void) | null
  /** After so long without a sign of life it ends the process; null: it does not look. */
  watchdogMs: number | null
  trouble(message: string): void
}

/** Of the status line, where nothing else sets the pace. */
const STATUS_MS = 10_000

export class ServiceManager {
  readonly #options: ServiceManagerOptions
  #timer: NodeJS.Timeout | null = null
  #status = ''
  #stuck: string | null = null
  #isHeard = true

  constructor(options: ServiceManagerOptions) {
    this.#options = options
  }

  /** The agent works. */
  ready(service: Service): void {
    const { send, watchdogMs } = this.#options
    if (send === null) return
    const everyMs = watchdogMs === null ? STATUS_MS : watchdogMs / 3
    const signs = new SignsOfLife(service.signs, everyMs)
    this.#send('READY=1')
    this.#look(service, signs)
    this.#timer = setInterval(() => this.#look(service, signs), everyMs)
    this.#timer.unref()
  }

  /** Around work that makes it answer later, such as opening its files again. */
  reload(work: () => void): void {
    const us = process.hrtime.bigint() / 1000n
    this.#send(`RELOADING=1\nMONOTONIC_USEC=${us}`)
    try {
      work()
    } finally {
      this.#send('READY=1')
    }
  }

  stopping(cause: string): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#send(`STOPPING=1\nSTATUS=Stopping because of ${cause}`)
  }

  #look(service: Service, signs: SignsOfLife): void {
    const stuck = signs.look()
    if (stuck !== this.#stuck && stuck !== null) this.#options.trouble(`no sign of life for the watchdog: ${stuck}`)
    this.#stuck = stuck
    const status = (stuck ?? service.status()).replaceAll('\n', ' ')
    const states = [
      ...(stuck === null && this.#options.watchdogMs !== null ? ['WATCHDOG=1'] : []),
      ...(status === this.#status ? [] : [`STATUS=${status}`])
    ]
    if (states.length > 0 && this.#send(states.join('\n'))) this.#status = status
  }

  #send(state: string): boolean {
    try {
      this.#options.send?.(state)
      this.#isHeard = true
      return true
    } catch (error) {
      if (this.#isHeard) this.#options.trouble(`systemd cannot be told: ${(error as Error).message}`)
      this.#isHeard = false
      return false
    }
  }
}

/** How long the watchdog waits; null when it waits for nobody or for another process (sd_watchdog_enabled(3)). */
export function watchdogMs(environment: NodeJS.ProcessEnv, pid: number): number | null {
  const { WATCHDOG_USEC: us, WATCHDOG_PID: of } = environment
  const isOurs = of === undefined || of === '' || of === String(pid)
  return isOurs && us !== undefined && /^[1-9]\d*$/.test(us) ? Number(us) / 1000 : null
}
