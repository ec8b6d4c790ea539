/** Alerts in words, for the list of events. Pure. */
import type { AlertSent, HeldBack, HeldReason } from '@vedette/protocol'

export function tellSent({ message, grouped, held }: AlertSent): string {
  const more = grouped === 0 ? '' : ` (and ${grouped} more)`
  const before = heldWords(held)
  return `Alert: ${message}${more}${before === '' ? '' : ` — since the last one ${before}`}`
}

const reasons: Record<HeldReason, string> = {
  suspended: 'suspended',
  debounce: 'over too soon',
  throttle: 'cooldown',
  burst: 'burst',
  rate: 'limit per minute',
  grouped: 'told with another',
  full: 'too many waited'
}

/** "41 held back (cooldown 30, burst 11)"; empty when none was. */
export function heldWords(held: HeldBack): string {
  const parts = (Object.keys(reasons) as HeldReason[]).flatMap((reason) =>
    held[reason] ? [{ reason, n: held[reason] }] : []
  )
  if (parts.length === 0) return ''
  const total = parts.reduce((sum, { n }) => sum + n, 0)
  return `${total} held back (${parts.map(({ reason, n }) => `${reasons[reason]} ${n}`).join(', ')})`
}
