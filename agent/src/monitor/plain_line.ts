/** One look at a box in one line, for a terminal without a screen, or a file. Pure. */
import type { BoxView } from './box_view.ts'
import { duration, percent, perSecond } from './quantity.ts'

export function plainLine(view: BoxView): string {
  const live = view.cameras.filter(({ state }) => state === 'live')
  const enabled = view.cameras.filter(({ state }) => state !== 'disabled')
  const sum = (of: (camera: BoxView['cameras'][number]) => number) =>
    live.reduce((total, camera) => total + of(camera), 0)
  const slowest = Math.max(-1, ...live.map(({ latencyMs }) => latencyMs ?? -1))
  const parts = [
    new Date(view.atMs).toISOString(),
    view.isWell ? 'ok' : 'degraded',
    `cameras ${live.length}/${enabled.length}`,
    `fps ${perSecond(sum(({ fps }) => fps))}`,
    `analysed ${perSecond(sum(({ analysedFps }) => analysedFps))}`,
    `latency ${duration(slowest < 0 ? null : slowest)}`,
    `drops ${perSecond(sum(({ dropsPerS }) => dropsPerS))}/s`,
    `cpu ${percent(view.cpu)}`,
    `mem ${percent(view.memory && view.memory.used / view.memory.total)}`,
    ...view.gpus.map(({ busy }, i) => `gpu${i} ${percent(busy)}`),
    `spool ${view.queues.spool}`,
    ...view.reasons.slice(0, 1)
  ]
  return parts.join('  ')
}
