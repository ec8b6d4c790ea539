/** What an alert says to people. Pure. */
import { durationWords } from '@vedette/protocol'
import type { RuleSeen } from './rule_seen.ts'

/** "Front door: person crosses “Gate” (in), 17 so far". */
export function messageOf(seen: RuleSeen, camera: string): string {
  return `${camera}: ${whatOf(seen, seen.label ?? 'something')}`
}

function whatOf({ what, name, direction, count, durationMs, speedKmh }: RuleSeen, label: string): string {
  const rule = `“${name}”`
  const duration = durationMs === undefined ? '' : ` for ${durationWords(durationMs)}`
  switch (what) {
    case 'zone-entered':
      return `${label} came into ${rule}`
    case 'zone-left':
      return `${label} left ${rule}`
    case 'loitering':
      return `${label} has stayed in ${rule}${duration}`
    case 'dwell':
      return `${label} was in ${rule}${duration}`
    case 'line-crossed':
      return `${label} crossed ${rule}${direction ? ` (${direction})` : ''}${count === undefined ? '' : `, ${count} so far`}`
    case 'direction':
      return `${label} moves the way of ${rule}`
    case 'occupancy':
      return `${count ?? 'too many or too few'} in ${rule}${duration}`
    case 'absence':
      return `nothing in ${rule}${duration}`
    case 'speed':
      return `${label} is too fast in ${rule}${speedKmh === undefined ? '' : `: ${Math.round(speedKmh)} km/h`}`
    default:
      // A rule of a kind that is newer than these words.
      return `${label}: ${rule}`
  }
}
