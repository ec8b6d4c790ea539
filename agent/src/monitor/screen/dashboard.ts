/** The full screen: the box, its cameras, what is wrong, what happened last, the keys. */
import { Box, Text, useApp, useInput, useWindowSize } from 'ink'
import { createElement as h, type ReactNode, useRef, useState } from 'react'
import type { BoxView } from '../box_view.ts'
import { shown } from '../camera_order.ts'
import { firstScreen, type Key, pressed } from '../screen_keys.ts'
import type { Look } from '../watch.ts'
import { cameraTable } from './camera_table.ts'
import type { Painter } from './color.ts'
import { helpLine, helpLines } from './help.ts'
import { machineLines, titleLine } from './machine_lines.ts'
import { alertLines, eventLines } from './news_lines.ts'

/** Of what is wrong, and of what happened last. */
const ALERTS = 3
const EVENTS = 5

export interface DashboardProps {
  look: Look
  url: string
  paint: Painter
}

export function Dashboard({ look, url, paint }: DashboardProps): ReactNode {
  const { columns, rows } = useWindowSize()
  const { exit } = useApp()
  const [state, setState] = useState(firstScreen)
  /** What is pressed before the next drawing counts too. */
  const now = useRef(firstScreen)
  const [still, setStill] = useState<BoxView | null>(null)
  const view = state.isPaused ? still : look.view
  const cameras = view === null ? [] : shown(view.cameras, state)
  const parts = view === null ? null : partsOf(view, rows, paint)
  const page = Math.max(1, parts?.cameraRows ?? 1)

  useInput((input, key) => {
    const name = nameOf(key)
    // Over a slow line several come at once.
    const keys = name === null ? [...input].map((sign): Key => ({ input: sign, name })) : [{ input: '', name }]
    for (const each of keys) {
      if (each.input === 'q' && !now.current.isTyping) return exit()
      const wasPaused = now.current.isPaused
      now.current = pressed(now.current, each, { rows: page, cameras: cameras.length })
      if (now.current.isPaused && !wasPaused) setStill(look.view)
    }
    setState(now.current)
  })

  const first = Math.min(state.scrolled, Math.max(0, cameras.length - page))
  const window = cameras.slice(first, first + page)
  const trouble = look.trouble === null ? [] : [h(Text, { key: 'trouble', ...paint('red') }, `▲ ${look.trouble}`)]
  if (view === null || parts === null) {
    return h(
      Box,
      { flexDirection: 'column', width: columns, height: rows },
      h(Text, { bold: true }, `Vedette  ${url}`),
      ...(trouble.length > 0 ? trouble : [h(Text, { key: 'wait' }, 'Asking …')]),
      h(Text, { key: 'help' }, 'q quit')
    )
  }
  return h(
    Box,
    { flexDirection: 'column', width: columns, height: rows },
    titleLine(view, state.isPaused, paint),
    ...parts.machine,
    h(Text, { key: 'space' }, ' '),
    state.hasHelp
      ? h(Box, { key: 'help', flexDirection: 'column', flexGrow: 1 }, ...helpLines())
      : h(
          Box,
          { key: 'cameras', flexDirection: 'column', flexGrow: 1 },
          cameraTable({ cameras: window, order: state.order, isReversed: state.isReversed, columns, paint }),
          ...(cameras.length === 0 ? [h(Text, { key: 'none', ...paint('gray') }, noCameras(view))] : [])
        ),
    ...trouble,
    ...parts.alerts,
    ...parts.events,
    h(
      Text,
      { key: 'keys', inverse: true, wrap: 'truncate-end' },
      helpLine(state, { first, last: first + window.length, all: cameras.length }).padEnd(columns)
    )
  )
}

/** What does not fit is given up from the bottom: events first, then what is wrong; cameras keep a few lines. */
function partsOf(view: BoxView, rows: number, paint: Painter) {
  const machine = machineLines(view, paint)
  /** Title, space, head of the table, keys. */
  const free = rows - machine.length - 4
  const alerts = alertLines(view, Math.min(ALERTS, Math.max(0, free - 2)), paint)
  const wanted = Math.min(view.cameras.length, Math.max(3, free - alerts.length - EVENTS))
  const events = eventLines(view.events.slice(0, Math.max(0, Math.min(EVENTS, free - alerts.length - wanted))), paint)
  return { machine, alerts, events, cameraRows: free - alerts.length - events.length }
}

function noCameras({ cameras }: BoxView): string {
  return cameras.length === 0 ? 'This box has no cameras.' : 'No camera is like that. Esc shows all.'
}

interface InkKey {
  upArrow: boolean
  downArrow: boolean
  pageUp: boolean
  pageDown: boolean
  return: boolean
  escape: boolean
  backspace: boolean
  delete: boolean
}

function nameOf(key: InkKey): Key['name'] {
  if (key.upArrow) return 'up'
  if (key.downArrow) return 'down'
  if (key.pageUp) return 'pageUp'
  if (key.pageDown) return 'pageDown'
  if (key.return) return 'return'
  if (key.escape) return 'escape'
  // Terminals send DEL for the key above Return.
  return key.backspace || key.delete ? 'backspace' : null
}
