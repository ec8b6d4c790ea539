/**
 * Whether a rule is in force: by the clock on the wall, whatever that does. An hour that summer time leaves out has no
 * minutes to be in force, one that comes twice is in force twice.
 */
import type { Day, Schedule as Hours } from '@vedette/protocol'
import { DAY_MINUTES, type ZonedClocks } from './zoned_clocks.ts'

const DAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const WEEK_MINUTES = 7 * DAY_MINUTES
const MINUTE_MS = 60_000

export class Schedule {
  readonly #zone: string
  readonly #clocks: ZonedClocks
  /** First minute of the week, and the first after: below it where a span goes on into the next week. */
  readonly #spans: { from: number; to: number }[]
  #minute = Number.NaN
  #isActive = false

  constructor({ zone, hours }: Hours, clocks: ZonedClocks) {
    this.#zone = zone
    this.#clocks = clocks
    this.#spans = hours.flatMap(({ days, from, to }) => days.map((day) => span(day, from, to)))
  }

  isActive(ms: number): boolean {
    const minute = Math.floor(ms / MINUTE_MS)
    if (minute === this.#minute) return this.#isActive
    const now = this.#clocks.minuteOfWeek(this.#zone, ms)
    this.#minute = minute
    this.#isActive = this.#spans.some(({ from, to }) => (from < to ? now >= from && now < to : now >= from || now < to))
    return this.#isActive
  }
}

function span(day: Day, from: string, to: string): { from: number; to: number } {
  const midnight = DAYS.indexOf(day) * DAY_MINUTES
  const first = minuteOf(from)
  const end = minuteOf(to)
  return { from: midnight + first, to: (midnight + (end <= first ? end + DAY_MINUTES : end)) % WEEK_MINUTES }
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}
