/** An event in a few words, whatever its kind. Pure. */
import type { BoxEvent } from './box_api.ts'

const HEAD = new Set(['n', 'at', 'severity', 'kind', 'uncertaintyMs', 'reason', 'box', 'durationMs'])

export function eventWords(event: BoxEvent): string {
  const more = event as BoxEvent & Record<string, unknown>
  const details = Object.entries(more).flatMap(([key, value]) =>
    HEAD.has(key) || typeof value === 'object' ? [] : [key === 'camera' ? String(value) : `${key} ${value}`]
  )
  const reason = typeof more.reason === 'string' && more.reason !== '' ? `: ${more.reason}` : ''
  return `${[event.kind, ...details].join('  ')}${reason}`
}
