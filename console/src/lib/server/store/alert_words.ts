/** Alerts in words, for the list of events. Pure. */
import type { AlertSent, HeldBack } from '@vedette/protocol'
import { heldBack } from '../../held_words.ts'

export function tellSent({ message, grouped, held }: AlertSent): string {
  const more = grouped === 0 ? '' : ` (and ${grouped} more)`
  const before = heldWords(held)
  return `Alert: ${message}${more}${before === '' ? '' : ` — since the last one ${before}`}`
}

/** "41 held back (cooldown 30, burst 11)"; empty when none was. */
export function heldWords(held: HeldBack): string {
  const { total, words } = heldBack(held)
  return total === 0 ? '' : `${total.toLocaleString('en-GB')} held back (${words})`
}
