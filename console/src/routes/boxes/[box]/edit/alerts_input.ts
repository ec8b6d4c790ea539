/** The alerts form as the wire has it. What is left empty is as in the settings of the box. Pure. */
import type { Alerts } from '@vedette/protocol'
import { text } from '#lib/server/form.ts'

const HOUR_MS = 3_600_000

export function alertsInput(form: FormData, before: Alerts | null, nowMs: number): Alerts | null {
  const { suspendUntil, webhook, throttleS: _, maxPerMinute: __, ...rest } = before ?? {}
  const url = text(form, 'webhook.url')
  const until = suspension(text(form, 'suspend'), suspendUntil, nowMs)
  const alerts: Alerts = {
    ...rest,
    ...number(form, 'throttleS'),
    ...number(form, 'maxPerMinute'),
    ...(until !== undefined && { suspendUntil: until }),
    // The secret stays with the address that it was made for.
    ...(url !== '' && { webhook: webhook?.url === url ? webhook : { url } })
  }
  return Object.keys(alerts).length === 0 ? null : alerts
}

function number(form: FormData, name: 'throttleS' | 'maxPerMinute'): Partial<Alerts> {
  const typed = text(form, name)
  return typed === '' ? {} : { [name]: Number(typed) }
}

/** `keep`, `end`, or hours from now. */
function suspension(chosen: string, before: string | undefined, nowMs: number): string | undefined {
  if (chosen === 'keep') return before
  const hours = Number(chosen)
  return hours > 0 ? new Date(nowMs + hours * HOUR_MS).toISOString() : undefined
}
