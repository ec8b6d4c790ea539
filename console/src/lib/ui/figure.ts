/** Figures and times as a person reads them: units always, one width per kind. */

const MISSING = '–'

export function fps(value: number | null): string {
  return value === null ? `${MISSING} fps` : `${value.toFixed(1)} fps`
}

export function milliseconds(value: number | null): string {
  if (value === null) return `${MISSING} ms`
  return value < 10_000 ? `${Math.round(value)} ms` : duration(value)
}

export function percent(value: number | null): string {
  return value === null ? `${MISSING} %` : `${Math.round(value)} %`
}

export function bytes(value: number | null): string {
  return scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB'])
}

export function bitrate(value: number | null): string {
  return scaled(value, 1000, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s'])
}

function scaled(value: number | null, step: number, units: [string, ...string[]]): string {
  if (value === null) return `${MISSING} ${units[0]}`
  let rest = value
  let unit = 0
  while (rest >= step && unit < units.length - 1) {
    rest /= step
    unit++
  }
  return `${rest < 10 && unit > 0 ? rest.toFixed(1) : Math.round(rest)} ${units[unit]}`
}

/** 340 ms, 12 s, 3 min, 5 h, 2 days: so much has passed at least. `Math.ceil`: so much is left at most. */
export function duration(ms: number, whole = Math.floor): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = whole(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = whole(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = whole(minutes / 60)
  if (hours < 48) return `${hours} h`
  return `${whole(hours / 24)} days`
}

/** 3 min ago; in 4 min for a time to come. A clock a few seconds apart says now. */
export function ago(at: string, nowMs: number): string {
  const past = nowMs - Date.parse(at)
  if (past < -2500) return `in ${duration(-past, Math.ceil)}`
  return past < 1000 ? 'now' : `${duration(past)} ago`
}

/** "for 3 min"; what has only begun lasts "for 1 s". */
export function lasting(since: string, nowMs: number): string {
  return `for ${duration(Math.max(1000, nowMs - Date.parse(since)))}`
}

/** Of sender and receiver together; more is a clock that nobody set. */
const CLOCK_OFFSET_MS = 2000

/** "40 s ahead of", "3 h behind"; null while it is not worth a word. */
export function clockOffset(aheadMs: number | null): string | null {
  if (aheadMs === null || Math.abs(aheadMs) <= CLOCK_OFFSET_MS) return null
  return `${duration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'}`
}

/** Exact time with its zone, in the reader's own. */
export function exact(at: string): string {
  const format: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'long' }
  return new Intl.DateTimeFormat('en-GB', format).format(Date.parse(at))
}

/** How exact the time of an event is: " ± 40 ms"; nothing where the box does not say. */
export function exactness(uncertaintyMs: number | null | undefined): string {
  if (uncertaintyMs === undefined) return ''
  return uncertaintyMs === null
    ? ', nobody kept the clock of the box'
    : ` ± ${milliseconds(Math.max(1, uncertaintyMs))}`
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
