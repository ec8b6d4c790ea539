/** An event in a few words, whatever its kind: who, what, and the sentence that it has. Pure. */
import type { BoxEvent } from './box_api.ts'

/** Said elsewhere on the line, or a name for programs. */
const UNTOLD = new Set(['n', 'at', 'severity', 'kind', 'uncertaintyMs', 'box', 'durationMs', 'seenAt', 'alert'])

export function eventWords(event: BoxEvent): string {
  const { camera, rule, name = rule, reason, message, ...more } = event as BoxEvent & Record<string, unknown>
  const who = [camera, name].filter((word) => typeof word === 'string')
  const details = Object.entries(more).flatMap(([key, value]) =>
    UNTOLD.has(key) || typeof value === 'object' ? [] : [`${key} ${value}`]
  )
  const sentence = [reason, message].find((words) => typeof words === 'string' && words !== '')
  return `${[event.kind, ...who, ...details].join('  ')}${sentence === undefined ? '' : `: ${sentence}`}`
}
