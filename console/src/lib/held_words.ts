/** Why alerts were held back, and how many, as people read it. Pure. */
import type { HeldBack, HeldReason } from '@vedette/protocol'

const reasons: Record<HeldReason, string> = {
  suspended: 'suspended',
  debounce: 'over too soon',
  throttle: 'cooldown',
  burst: 'burst',
  rate: 'limit per minute',
  grouped: 'told with another',
  full: 'too many waited'
}

/** How many, and "cooldown 30, burst 11"; no words when none was. */
export function heldBack(held: HeldBack): { total: number; words: string } {
  const parts = (Object.keys(reasons) as HeldReason[]).flatMap((reason) => {
    const n = held[reason] ?? 0
    return n === 0 ? [] : [{ words: `${reasons[reason]} ${n.toLocaleString('en-GB')}`, n }]
  })
  return { total: parts.reduce((sum, { n }) => sum + n, 0), words: parts.map(({ words }) => words).join(', ') }
}
