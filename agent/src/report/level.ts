/**
 * Whether a figure is well, by two limits with hysteresis: it counts as beyond a limit, or back, only when it has been so
 * for a while, and it is back only when it is clearly below. Pure.
 */
export type Level = 'ok' | 'warn' | 'bad'

export interface Limit {
  warn: number
  bad: number
}

export interface Standing {
  level: Level
  /** Since when the figure has been of another level; null while it is not. On the monotonic clock. */
  otherSinceMs: number | null
}

/** Below a limit by this share of it, a figure is back. */
const CLEARLY = 0.05

export const well: Standing = { level: 'ok', otherSinceMs: null }

/** A figure that nobody tells is well. */
export function judged(
  before: Standing,
  figure: { value: number | null; limit: Limit },
  now: { atMs: number; holdMs: number }
): Standing {
  const level = levelOf(before.level, figure.value, figure.limit)
  if (level === before.level) return { level, otherSinceMs: null }
  const otherSinceMs = before.otherSinceMs ?? now.atMs
  return now.atMs - otherSinceMs >= now.holdMs ? { level, otherSinceMs: null } : { ...before, otherSinceMs }
}

function levelOf(before: Level, value: number | null, limit: Limit): Level {
  if (value === null) return 'ok'
  const isBeyond = (edge: number, wasBeyond: boolean) => value >= (wasBeyond ? edge * (1 - CLEARLY) : edge)
  if (isBeyond(limit.bad, before === 'bad')) return 'bad'
  return isBeyond(limit.warn, before !== 'ok') ? 'warn' : 'ok'
}
