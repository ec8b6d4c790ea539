/** Alerts, and why some were held back, as people read it. Pure. */
import type { AlertSent, HeldBack, HeldReason } from './alert.ts'

export const heldReasonWords: Readonly<Record<HeldReason, string>> = {
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
  const parts = (Object.keys(heldReasonWords) as HeldReason[]).flatMap((reason) => {
    const n = held[reason] ?? 0
    return n === 0 ? [] : [{ words: `${heldReasonWords[reason]} ${n.toLocaleString('en-GB')}`, n }]
  })
  return { total: parts.reduce((sum, { n }) => sum + n, 0), words: parts.map(({ words }) => words).join(', ') }
}

/** "41 held back (cooldown 30, burst 11)"; empty when none was. */
export function heldWords(held: HeldBack): string {
  const { total, words } = heldBack(held)
  return total === 0 ? '' : `${total.toLocaleString('en-GB')} held back (${words})`
}

export function sentWords({ message, grouped, held }: AlertSent): string {
  const more = grouped === 0 ? '' : ` (and ${grouped} more)`
  const before = heldWords(held)
  return `Alert: ${message}${more}${before === '' ? '' : ` — since the last one ${before}`}`
}
