/** What one handler still has to bring: bounded, one at a time, again with backoff and jitter until it is too old. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Alert } from './alert.ts'
import { type AlertHandler, ComeAgain, RefusedAlert } from './alert_handler.ts'

export interface QueueLimits {
  /** Beyond, the oldest is dropped and counted. */
  maxWaiting: number
  /** One that could not be brought for so long is given up. */
  keepMs: number
  /** Of one try. */
  tryMs: number
  firstRetryMs: number
  longestRetryMs: number
}

export const queueLimits: QueueLimits = {
  maxWaiting: 1000,
  keepMs: 86_400_000,
  tryMs: 60_000,
  firstRetryMs: 1000,
  longestRetryMs: 300_000
}

export interface QueueOptions {
  handler: AlertHandler
  limits: QueueLimits
  /** It leaves the queue for good. */
  done(alert: Alert, as: 'delivered' | 'failed' | 'dropped'): void
  picture(alert: Alert): Promise<Uint8Array | null>
  log(message: string): void
}

interface Entry {
  alert: Alert
  tries: number
  sinceMs: number
}

export class HandlerQueue {
  readonly #options: QueueOptions
  readonly #stop = new AbortController()
  #entries: Entry[] = []
  #current: Entry | null = null
  #failures = 0
  #trouble = ''
  #wake: (() => void) | null = null
  #loop: Promise<void> = Promise.resolve()

  constructor(options: QueueOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#entries.length
  }

  get alerts(): Alert[] {
    return this.#entries.map(({ alert }) => alert)
  }

  /** Why the last try failed, in words; empty when it did not. */
  get trouble(): string {
    return this.#trouble
  }

  start(): void {
    this.#loop = this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the agent stops'))
    this.#wake?.()
    await this.#loop
    await this.#options.handler.stop?.()
  }

  add(alert: Alert): void {
    this.#entries.push({ alert, tries: 0, sinceMs: performance.now() })
    if (this.#entries.length > this.#options.limits.maxWaiting) {
      const oldest = this.#entries.find((entry) => entry !== this.#current)
      if (oldest) this.#leave(oldest, 'dropped')
    }
    this.#wake?.()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const entry = this.#next()
      if (entry === null) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        this.#wake = null
        continue
      }
      this.#current = entry
      const pauseMs = await this.#try(entry)
      this.#current = null
      if (pauseMs > 0) await wait(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  /** The one that was tried least, so that one which fails again and again does not hold up the others. */
  #next(): Entry | null {
    let next: Entry | null = null
    for (const entry of this.#entries) if (next === null || entry.tries < next.tries) next = entry
    return next
  }

  /** How long to wait before the next try of any. */
  async #try(entry: Entry): Promise<number> {
    const { handler, limits, picture, log } = this.#options
    try {
      const taken = handler.takesPicture ? await picture(entry.alert) : null
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(limits.tryMs)])
      await ended(handler.handle({ ...entry.alert, picture: taken }, signal), signal)
    } catch (error) {
      if (this.#stop.signal.aborted) return 0
      return this.#failed(entry, error)
    }
    if (this.#failures > 0) log(`alerts reach ${handler.name} again`)
    this.#failures = 0
    this.#trouble = ''
    this.#leave(entry, 'delivered')
    return 0
  }

  #failed(entry: Entry, error: unknown): number {
    const { handler, limits, log } = this.#options
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 1000)
    const isNew = this.#trouble !== reason
    this.#trouble = reason
    entry.tries++
    if (error instanceof RefusedAlert) {
      log(`alert ${entry.alert.id} was refused by ${handler.name}: ${reason}`)
      this.#leave(entry, 'failed')
      return 0
    }
    if (performance.now() - entry.sinceMs > limits.keepMs) {
      log(`alert ${entry.alert.id} is given up: ${handler.name} could not be reached (${reason})`)
      this.#leave(entry, 'failed')
    }
    const bound = Math.min(limits.longestRetryMs, limits.firstRetryMs * 2 ** Math.min(this.#failures++, 20))
    const asked = error instanceof ComeAgain ? Math.min(error.afterMs, 3_600_000) : 0
    const pauseMs = Math.max(asked, Math.round(bound * (0.5 + Math.random() / 2)))
    if (isNew) log(`alerts do not reach ${handler.name}: ${reason}. Next try in ${(pauseMs / 1000).toFixed(1)} s`)
    return pauseMs
  }

  #leave(entry: Entry, as: 'delivered' | 'failed' | 'dropped'): void {
    const at = this.#entries.indexOf(entry)
    // It may have been dropped while it was being brought.
    if (at < 0) return
    this.#entries.splice(at, 1)
    this.#options.done(entry.alert, as)
  }
}

/** A handler that does not heed its signal is not waited for. */
function ended(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      const { reason } = signal
      reject(reason?.name === 'TimeoutError' ? new Error('it took too long') : reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
