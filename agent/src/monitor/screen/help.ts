/** The keys, at length and in one line. */
import { Text } from 'ink'
import { createElement as h, type ReactNode } from 'react'
import type { ScreenState } from '../screen_keys.ts'

const KEYS: [string, string][] = [
  ['s', 'sort by the next column: name, state, FPS, latency, drops, age; the worst first'],
  ['r', 'turn the order round'],
  ['/', 'show only cameras whose name, state or reason has these letters; Return keeps, Esc ends'],
  ['n', 'show only cameras that are not live'],
  ['↑ ↓ space', 'scroll'],
  ['p', 'stand still, and go on'],
  ['q', 'quit'],
  ['', ''],
  ['FPS', 'frames a second that arrive; SEEN: that are analysed'],
  ['LATENCY', 'from a frame’s arrival to what is seen on it, median'],
  ['DROPS/S', 'frames a second thrown away because the analysis is slower'],
  ['AGE', 'of the last frame']
]

export function helpLines(): ReactNode[] {
  return KEYS.map(([key, words]) =>
    h(Text, { key: `${key} ${words}`, wrap: 'truncate-end' }, `  ${key.padEnd(11)}${words}`)
  )
}

export function helpLine(
  state: ScreenState,
  { first, last, all }: { first: number; last: number; all: number }
): string {
  if (state.isTyping) return `Filter: ${state.filter}▏ Return keeps it, Esc ends it`
  const filter = state.filter === '' ? '/ filter' : `/ filter "${state.filter}" (Esc ends)`
  const part = all > last - first ? `  ${first + 1}–${last} of ${all}` : ''
  return `q quit  s sort: ${state.order}  r reverse  ${filter}  n ${state.onlyNotLive ? 'all' : 'only not live'}  p pause  ? help${part}`
}
