/** The cameras, a line each; what does not fit ends with … */
import { Box, Text } from 'ink'
import { createElement as h, type ReactNode } from 'react'
import type { CameraRow } from '../box_view.ts'
import type { Order } from '../camera_order.ts'
import { duration, perSecond } from '../quantity.ts'
import { type Painter, stateColor } from './color.ts'

interface Column {
  title: string
  order: Order
  width: number
  text(camera: CameraRow): string
}

const FIGURES: Column[] = [
  { title: 'FPS', order: 'fps', width: 6, text: ({ fps }) => perSecond(fps) },
  { title: 'SEEN', order: 'fps', width: 6, text: ({ analysedFps }) => perSecond(analysedFps) },
  { title: 'LATENCY', order: 'latency', width: 8, text: ({ latencyMs }) => duration(latencyMs) },
  { title: 'DROPS/S', order: 'drops', width: 8, text: ({ dropsPerS }) => perSecond(dropsPerS) },
  { title: 'AGE', order: 'age', width: 8, text: ({ ageMs }) => duration(ageMs) }
]
const STATE_WIDTH = 12
const NAME = { narrow: 14, wide: 26 }
/** From so many columns on there is room for long names. */
const WIDE = 110

export interface CameraTableProps {
  cameras: readonly CameraRow[]
  order: Order
  isReversed: boolean
  columns: number
  paint: Painter
}

export function cameraTable({ cameras, order, isReversed, columns, paint }: CameraTableProps): ReactNode {
  const name = columns >= WIDE ? NAME.wide : NAME.narrow
  const mark = (title: string, of: Order) => (of === order ? `${title}${isReversed ? '▲' : '▼'}` : title)
  const head = [
    cell(mark('CAMERA', 'name'), name),
    cell(mark('STATE', 'state'), STATE_WIDTH),
    ...FIGURES.map((column, i) => {
      // Frames and analysed frames are one order.
      const isMarked = column.order === order && FIGURES.findIndex((each) => each.order === order) === i
      return right(isMarked ? mark(column.title, order) : column.title, column.width)
    })
  ].join(' ')
  const rest = Math.max(0, columns - head.length - 2)
  return h(
    Box,
    { flexDirection: 'column' },
    h(Text, { key: 'head', bold: true, wrap: 'truncate-end', ...paint('cyan') }, `${head}  ${cell('WHY', rest)}`),
    ...cameras.map((camera) =>
      h(
        Text,
        { key: camera.id, wrap: 'truncate-end' },
        `${cell(camera.id, name)} `,
        h(Text, paint(stateColor(camera.state)), cell(camera.state.replace('_', ' '), STATE_WIDTH)),
        ` ${FIGURES.map(({ text, width }) => right(text(camera), width)).join(' ')}  `,
        h(Text, paint('gray'), camera.reason)
      )
    )
  )
}

function cell(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text.padEnd(width)
}

function right(text: string, width: number): string {
  return cell(text, width).trimEnd().padStart(width)
}
