/** Which cameras are shown, in which order. Pure. */
import type { CameraRow } from './box_view.ts'

export const ORDERS = ['name', 'state', 'fps', 'latency', 'drops', 'age'] as const
export type Order = (typeof ORDERS)[number]

export interface Wanted {
  order: Order
  isReversed: boolean
  /** Part of the name, state or reason, in any case. */
  filter: string
  onlyNotLive: boolean
}

/** What needs a person comes first. */
const URGENCY = ['auth_failed', 'unsupported', 'stalled', 'backing_off', 'connecting', 'idle', 'live', 'disabled']

export function shown(cameras: readonly CameraRow[], { order, isReversed, filter, onlyNotLive }: Wanted): CameraRow[] {
  const text = filter.toLowerCase()
  const found = cameras.filter(({ id, state, reason }) => {
    if (onlyNotLive && (state === 'live' || state === 'disabled')) return false
    return `${id} ${state.replace('_', ' ')} ${reason}`.toLowerCase().includes(text)
  })
  const sorted = found.toSorted((a, b) => compared(a, b, order) || a.id.localeCompare(b.id))
  return isReversed ? sorted.reverse() : sorted
}

/** The worst first, but for names. */
function compared(a: CameraRow, b: CameraRow, order: Order): number {
  switch (order) {
    case 'name':
      return 0
    case 'state':
      return URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state)
    case 'fps':
      return a.fps - b.fps
    case 'latency':
      return (b.latencyMs ?? -1) - (a.latencyMs ?? -1)
    case 'drops':
      return b.dropsPerS - a.dropsPerS
    case 'age':
      return (b.ageMs ?? Number.POSITIVE_INFINITY) - (a.ageMs ?? Number.POSITIVE_INFINITY) || 0
  }
}
