/** Two hours of rule events of a busy site, the same for the same seed: calm minutes, bursts, states that flicker. */
import type { RuleEvent, Severity } from '@vedette/protocol'

export interface DayEvent {
  atMs: number
  event: RuleEvent
  severity: Severity
}

export const DAY_BEGINS_MS = Date.parse('2026-11-21T06:00:00.000Z')
const TWO_HOURS_MS = 7_200_000

const cameras = ['door', 'yard', 'gate', 'dock', 'aisle', 'roof']
const rules = [
  { rule: 'line', what: 'line-crossed', lasts: false },
  { rule: 'zone', what: 'zone-entered', lasts: false },
  { rule: 'waiting', what: 'loitering', lasts: true },
  { rule: 'full', what: 'occupancy', lasts: true }
] as const
const labels = ['person', 'car', 'truck']
const severities: Severity[] = ['info', 'info', 'info', 'warning', 'warning', 'error']

export function alertDay(seed: number): DayEvent[] {
  const random = mulberry32(seed)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!
  const events: DayEvent[] = []
  let track = 0
  for (let atMs = DAY_BEGINS_MS; atMs < DAY_BEGINS_MS + TWO_HOURS_MS; ) {
    const isBurst = random() < 0.02
    const camera = pick(cameras)
    for (let n = isBurst ? 30 : 1; n > 0; n--) {
      const { rule, what, lasts } = pick(rules)
      const label = pick(labels)
      const about = {
        kind: 'rule',
        camera: isBurst ? camera : pick(cameras),
        rule,
        name: `The ${rule}`,
        what,
        label
      } as const
      const severity = pick(severities)
      const seen = (ms: number) => ({ ...about, track, seenAt: new Date(ms - 80).toISOString() })
      track++
      if (!lasts)
        events.push({ atMs, severity, event: { ...seen(atMs), phase: 'happened', box: [0.1, 0.2, 0.2, 0.3] } })
      else {
        const lastsMs = Math.round(random() < 0.5 ? random() * 1500 : 1500 + random() * 60_000)
        events.push({ atMs, severity, event: { ...seen(atMs), phase: 'began' } })
        events.push({
          atMs: atMs + lastsMs,
          severity,
          event: { ...seen(atMs + lastsMs), phase: 'ended', durationMs: lastsMs }
        })
      }
      atMs += Math.round(random() * (isBurst ? 300 : 0))
    }
    atMs += Math.round(-Math.log(1 - random()) * 1500)
  }
  return events.toSorted((a, b) => a.atMs - b.atMs)
}

/** Random numbers that a seed repeats (Tommy Ettinger's Mulberry32, public domain). */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
