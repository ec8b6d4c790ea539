/** Every handler's queue: given what is sent once it is on disk, and what was left over from before. */
import { type Alert, graveness } from './alert.ts'
import type { AlertHandler } from './alert_handler.ts'
import type { Change } from './alert_tables.ts'
import { HandlerQueue, type QueueLimits, queueLimits } from './handler_queue.ts'
import type { Tally } from './tally.ts'

export interface DeliveriesOptions {
  handlers: readonly AlertHandler[]
  limits: Partial<QueueLimits>
  tally: Tally
  note(change: Change): void
  commitSoon(): void
  /** Asked once for an alert with a handler that takes pictures. */
  picture(alert: Alert): Promise<Uint8Array | null>
  /** No handler needs it any more. */
  forget(alert: Alert): void
  log(message: string): void
}

export class Deliveries {
  readonly #options: DeliveriesOptions
  readonly #queues = new Map<string, { queue: HandlerQueue; handler: AlertHandler }>()
  /** Sent, and not yet on disk. */
  #unsettled: { handler: string; alert: Alert }[] = []
  /** For handlers that are not there now, such as one that the console has not named yet. */
  #unclaimed: { handler: string; alert: Alert }[] = []
  /** By alert: how many handlers still have it, and its picture. */
  readonly #open = new Map<string, { handlers: number; picture: Promise<Uint8Array | null> | null }>()

  constructor(options: DeliveriesOptions) {
    this.#options = options
    for (const handler of options.handlers) this.#queue(handler)
  }

  start(): void {
    for (const { queue } of this.#queues.values()) queue.start()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#queues.values()].map(({ queue }) => queue.stop()))
  }

  /** In place of the one of this name, at once; null: none. What waits for it goes to the new one, or stays on disk. */
  async replace(name: string, handler: AlertHandler | null): Promise<void> {
    const before = this.#queues.get(name)
    this.#queues.delete(name)
    if (handler !== null) this.#queue(handler).start()
    await before?.queue.stop()
    const left = (before?.queue.alerts ?? []).map((alert) => ({ handler: name, alert }))
    const unclaimed = this.#unclaimed.filter((one) => one.handler === name)
    this.#unclaimed = this.#unclaimed.filter((one) => one.handler !== name)
    for (const one of [...unclaimed, ...left]) this.#hand(one)
  }

  send(alert: Alert): void {
    for (const [name, { handler }] of this.#queues) {
      if (graveness[alert.severity] < graveness[handler.minSeverity]) continue
      this.#options.note({ do: 'enqueue', with: [name, alert.id] })
      this.#take(alert, handler)
      this.#unsettled.push({ handler: name, alert })
    }
  }

  /** What was sent is on disk, or cannot be. */
  settled(): void {
    const ready = this.#unsettled
    this.#unsettled = []
    for (const one of ready) this.#hand(one)
  }

  /** Left over from before. */
  restore(deliveries: readonly { handler: string; alert: Alert }[]): void {
    for (const one of deliveries) {
      const { handler } = this.#queues.get(one.handler) ?? {}
      this.#take(one.alert, handler)
      this.#hand(one)
    }
  }

  get counts() {
    const { tally } = this.#options
    return Object.fromEntries(
      [...this.#queues].map(([name, { queue }]) => {
        const { waiting, trouble } = queue
        const of = (what: string) => tally.count(countName(name, what))
        return [name, { delivered: of('delivered'), failed: of('failed'), dropped: of('dropped'), waiting, trouble }]
      })
    )
  }

  #hand({ handler, alert }: { handler: string; alert: Alert }): void {
    const queue = this.#queues.get(handler)?.queue
    if (queue) queue.add(alert)
    else this.#unclaimed.push({ handler, alert })
  }

  #queue(handler: AlertHandler): HandlerQueue {
    const { name } = handler
    const queue = new HandlerQueue({
      handler,
      limits: { ...queueLimits, ...this.#options.limits },
      picture: (alert) => this.#pictureOf(alert),
      done: (alert, as) => this.#done(name, alert, as),
      log: this.#options.log
    })
    this.#queues.set(name, { queue, handler })
    return queue
  }

  #take(alert: Alert, handler: AlertHandler | undefined): void {
    const open = this.#open.get(alert.id) ?? { handlers: 0, picture: null }
    this.#open.set(alert.id, open)
    open.handlers++
    // At once: a moment later the camera shows something else.
    if (handler?.takesPicture) open.picture ??= this.#options.picture(alert)
  }

  #pictureOf(alert: Alert): Promise<Uint8Array | null> {
    return this.#open.get(alert.id)?.picture ?? this.#options.picture(alert)
  }

  #done(name: string, alert: Alert, as: 'delivered' | 'failed' | 'dropped'): void {
    const { tally, note, commitSoon, forget } = this.#options
    tally.add(countName(name, as))
    note({ do: 'count', with: [countName(name, as), 1] })
    note({ do: 'done', with: [name, alert.id] })
    commitSoon()
    const open = this.#open.get(alert.id)
    if (open === undefined || --open.handlers > 0) return
    this.#open.delete(alert.id)
    forget(alert)
  }
}

function countName(handler: string, what: string): string {
  return `handler ${what} ${handler}`
}
