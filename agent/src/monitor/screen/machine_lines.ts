/** The box, its machine and what waits: the lines above the cameras. */
import { heldWords } from '@vedette/protocol'
import { Text } from 'ink'
import { createElement as h, type ReactNode } from 'react'
import type { BoxView, Used } from '../box_view.ts'
import { bar, duration, gibibytes, percent, perSecond } from '../quantity.ts'
import { loadColor, type Painter } from './color.ts'

const BAR = 10

export function titleLine(view: BoxView, isPaused: boolean, paint: Painter): ReactNode {
  const enabled = view.cameras.filter(({ state }) => state !== 'disabled')
  const live = enabled.filter(({ state }) => state === 'live').length
  const state = view.isWell ? '● ok' : '▲ degraded'
  const facts = [
    `${live} of ${enabled.length} cameras live`,
    ...(view.console === null ? [] : [`console ${view.console}`]),
    `up ${duration(view.uptimeS * 1000)}`,
    `agent ${view.agentVersion}`,
    ...(isPaused ? ['PAUSED'] : [])
  ]
  return h(
    Text,
    { key: 'title', wrap: 'truncate-end' },
    h(Text, { bold: true }, `Vedette  ${view.box}  `),
    h(Text, { bold: true, ...paint(view.isWell ? 'green' : 'red') }, state),
    `  ${facts.join('  ')}`
  )
}

export function machineLines(view: BoxView, paint: Painter): ReactNode[] {
  const { cpu, memory, disk, temperatureC, gpus } = view
  const hot = temperatureC === null ? '' : `  ${Math.round(temperatureC)} °C`
  return [
    h(
      Text,
      { key: 'machine', wrap: 'truncate-end' },
      ...load('CPU', cpu, percent(cpu), paint),
      ...load('  MEM', share(memory), amount(memory), paint),
      ...load('  DISK', share(disk), percent(share(disk)), paint),
      hot
    ),
    ...gpus.map(({ name, busy, memory }, i) =>
      h(
        Text,
        { key: `gpu ${i}`, wrap: 'truncate-end' },
        ...load(gpus.length === 1 ? 'GPU' : `GPU${i}`, busy, percent(busy), paint),
        ...load('  MEM', share(memory), amount(memory), paint),
        `  ${name}`
      )
    ),
    h(Text, { key: 'queues', wrap: 'truncate-end' }, queues(view)),
    h(Text, { key: 'alerts', wrap: 'truncate-end' }, alertCounts(view))
  ]
}

function queues({ engine, queues, cameras }: BoxView): string {
  const drops = cameras.reduce((sum, { dropsPerS }) => sum + dropsPerS, 0)
  const memory = queues.inMemory > 0 ? ` (${queues.inMemory} in memory)` : ''
  return [
    `Engine ${engine.state.replace('_', ' ')}`,
    ...(engine.inferMs === null ? [] : [`inference ${duration(engine.inferMs)}`]),
    ...(engine.restarts === 0 ? [] : [`restarts ${engine.restarts}`]),
    `Queues: spool ${queues.spool}${memory}`,
    `frames dropped ${perSecond(drops)}/s`,
    `uplink dropped ${queues.uplinkDropped}`,
    `pictures ${queues.images}`
  ].join('  ')
}

function alertCounts({ alerts: { sent, waiting, held } }: BoxView): string {
  return `Alerts: ${sent} sent  ${heldWords(held) || '0 held back'}${waiting === 0 ? '' : `  ${waiting} waiting`}`
}

function load(title: string, value: number | null, words: string, paint: Painter): ReactNode[] {
  if (value === null) return [`${title} –`]
  return [`${title} `, h(Text, { key: title, ...paint(loadColor(value)) }, bar(value, BAR)), ` ${words}`]
}

function share(of: Used | null): number | null {
  return of === null ? null : of.used / of.total
}

function amount(of: Used | null): string {
  return of === null ? '–' : `${gibibytes(of.used)}/${gibibytes(of.total)} GiB`
}
