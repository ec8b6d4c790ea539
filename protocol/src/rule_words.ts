/** What a rule has seen, in a sentence: the name that somebody gave the rule, then what happened. Pure. */
import { durationWords } from './duration_words.ts'
import type { RuleEvent } from './rule_event.ts'

/** `camera` is the name people gave. */
export function ruleWords(event: RuleEvent, camera: string): string {
  return `${event.name}: ${happened(event)}, seen by ${camera}`
}

function happened(event: RuleEvent): string {
  const { what, phase, count = 0, durationMs = 0, speedKmh = 0, direction } = event
  const who = event.label ?? 'somebody'
  const began = phase === 'began'
  switch (what) {
    case 'zone-entered':
      return `${who} entered`
    case 'zone-left':
      return `${who} left after ${durationWords(durationMs)}`
    case 'dwell':
      return `${who} was there for ${durationWords(durationMs)}`
    case 'loitering':
      return began ? `${who} there for ${durationWords(durationMs)}` : `${who} gone after ${durationWords(durationMs)}`
    case 'line-crossed':
      return `${who} crossed ${direction ?? ''}, ${count} by now`
    case 'direction':
      return `${who} goes that way`
    case 'occupancy':
      return began ? `${count} there` : `over after ${durationWords(durationMs)}, ${count} there`
    case 'absence':
      return began
        ? `nobody there for ${durationWords(durationMs)}`
        : `somebody there again after ${durationWords(durationMs)}`
    case 'speed':
      return began ? `${who} at ${speedKmh} km/h` : `${who} slower again, ${speedKmh} km/h at most`
  }
}
