/** Wall clocks of time zones, to the minute. Shared, because a formatter of Intl is large, and each zone needs but one. */
const MINUTE_MS = 60_000
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
export const DAY_MINUTES = 1440

export class ZonedClocks {
  readonly #clocks = new Map<string, ZonedClock>()

  /** Minutes since Monday 00:00 on the walls of the zone. Throws a RangeError for a zone that there is not. */
  minuteOfWeek(zone: string, ms: number): number {
    let clock = this.#clocks.get(zone)
    if (clock === undefined) {
      clock = new ZonedClock(zone)
      this.#clocks.set(zone, clock)
    }
    return clock.minuteOfWeek(ms)
  }
}

class ZonedClock {
  readonly #format: Intl.DateTimeFormat
  /** The minute since 1970 that was asked for last, and what it was there. */
  #minute = Number.NaN
  #minuteOfWeek = 0

  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23'
    })
  }

  minuteOfWeek(ms: number): number {
    const minute = Math.floor(ms / MINUTE_MS)
    if (minute === this.#minute) return this.#minuteOfWeek
    const parts = this.#format.formatToParts(minute * MINUTE_MS)
    const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
    this.#minute = minute
    this.#minuteOfWeek =
      DAYS.indexOf(part('weekday')) * DAY_MINUTES + Number(part('hour')) * 60 + Number(part('minute'))
    return this.#minuteOfWeek
  }
}
