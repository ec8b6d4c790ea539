/** How well a box knows what time it is: that stands behind the time of each of its events. */
import type { Health } from '@vedette/protocol'
import { milliseconds } from '#lib/ui/figure.ts'

/**
 * More than this, and what two boxes saw can no longer be put in order. timesyncd asks every 34 min, by when the kernel's
 * bound has grown to 1.02 s.
 */
const COARSE_MS = 1500
const SET_IT = 'Let NTP (timesyncd, chrony) keep it, with a server that the box can reach.'

export interface ClockWords {
  tone: 'good' | 'warn' | 'off'
  words: string
  /** What to do; empty when there is nothing. */
  remedy: string
}

export function clockWords({ synchronised, uncertaintyMs }: Health['clock']): ClockWords {
  if (synchronised === null)
    return { tone: 'off', words: 'The box cannot tell whether somebody keeps it right.', remedy: SET_IT }
  if (!synchronised)
    return { tone: 'warn', words: 'Nobody keeps it right: times of events may be wrong.', remedy: SET_IT }
  if (uncertaintyMs === null)
    return { tone: 'good', words: 'Kept right by NTP; how well, it does not say.', remedy: '' }
  const within = milliseconds(Math.max(1, uncertaintyMs))
  return uncertaintyMs > COARSE_MS
    ? {
        tone: 'warn',
        words: `Kept by NTP, but only within ${within} (limit ${milliseconds(COARSE_MS)}).`,
        remedy: SET_IT
      }
    : { tone: 'good', words: `Kept right by NTP, within ${within}: so exact are the times of events.`, remedy: '' }
}
