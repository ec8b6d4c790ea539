/** A moment as people say it: so long ago, or a time. */
import { UsageError } from './usage_error.ts'

const UNITS = { s: 1000, min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

export function sinceMs(text: string, nowMs: number): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(s|min|m|h|d)$/.exec(text) ?? []
  const at = unit === undefined ? Date.parse(text) : nowMs - Number(number) * UNITS[unit as keyof typeof UNITS]
  if (Number.isNaN(at))
    throw new UsageError(
      `expected 30min, 2h, 1d or a time such as 2026-11-22T03:00:00Z after --since, received ${text}`
    )
  return at
}
