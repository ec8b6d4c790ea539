/** What is wrong, and what happened last: the lines below the cameras. */
import { Text } from 'ink'
import { createElement as h, type ReactNode } from 'react'
import type { BoxEvent } from '../box_api.ts'
import type { BoxView } from '../box_view.ts'
import type { Color, Painter } from './color.ts'

export function alertLines({ reasons }: BoxView, most: number, paint: Painter): ReactNode[] {
  const first = reasons.length > most ? reasons.slice(0, most - 1) : reasons
  const lines = first.map((reason, i) =>
    h(Text, { key: `reason ${i}`, wrap: 'truncate-end', ...paint('red') }, `▲ ${reason}`)
  )
  const more = reasons.length - first.length
  return more === 0 ? lines : [...lines, h(Text, { key: 'more', ...paint('red') }, `▲ and ${more} more`)]
}

export function eventLines(events: readonly BoxEvent[], paint: Painter): ReactNode[] {
  return events.map((event, i) =>
    h(
      Text,
      { key: `event ${i}`, wrap: 'truncate-end' },
      h(Text, paint('gray'), `${event.at.slice(11, 19)} `),
      h(Text, paint(colorOf(event.severity)), event.words)
    )
  )
}

function colorOf(severity: string): Color {
  return severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'gray'
}
