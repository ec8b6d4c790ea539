/** Asks the broker itself, once a second, how long a message takes through it: a stalled emitter is otherwise silent. */
import type { Aedes } from 'aedes'

const EVERY_MS = 1000
const ALARM_MS = 3000
const TOPIC = 'probe'

export class Probe {
  /** Of the last answer. */
  roundTripMs: number | null = null
  readonly #broker: Aedes
  readonly #onAlarm: (waitedMs: number) => void
  #sentMs = 0
  #isWaiting = false
  #isAlarmed = false
  #timer: NodeJS.Timeout | undefined

  constructor(broker: Aedes, onAlarm: (waitedMs: number) => void) {
    this.#broker = broker
    this.#onAlarm = onAlarm
  }

  get isHealthy(): boolean {
    return !this.#isAlarmed
  }

  start(): void {
    this.#broker.subscribe(
      TOPIC,
      (_packet, done) => {
        this.#isWaiting = false
        this.#isAlarmed = false
        this.roundTripMs = performance.now() - this.#sentMs
        done()
      },
      () => {}
    )
    this.#timer = setInterval(() => this.#ask(), EVERY_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #ask(): void {
    const waitedMs = performance.now() - this.#sentMs
    if (this.#isWaiting) {
      if (waitedMs > ALARM_MS && !this.#isAlarmed) {
        this.#isAlarmed = true
        this.#onAlarm(waitedMs)
      }
      return
    }
    this.#isWaiting = true
    this.#sentMs = performance.now()
    this.#broker.publish({ cmd: 'publish', topic: TOPIC, payload: '', qos: 0, retain: false, dup: false }, () => {})
  }
}
