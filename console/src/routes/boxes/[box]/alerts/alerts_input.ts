/** The alerts form as it is stored. What is left empty is as in the settings of the box. Pure. */
import type { AlertLimits, Severity } from '@vedette/protocol'
import { number, text } from '#lib/form_data.ts'
import type { AlertsInput } from '#lib/server/rooms.ts'
import type { AlertsView, WebhookView } from '#lib/view.ts'

const HOUR_MS = 3_600_000
const NUMBERS = ['throttleS', 'debounceS', 'burstThreshold', 'burstS', 'maxPerMinute', 'groupS'] as const

export function alertsInput(form: FormData, before: AlertsView, nowMs: number): AlertsInput {
  const suspendUntil = suspension(form, before.limits.suspendUntil, nowMs)
  const enabled = text(form, 'enabled')
  const numbers = NUMBERS.filter((name) => text(form, name) !== '').map((name) => [name, number(form, name)])
  const webhook = webhookInput(form)
  return {
    limits: {
      ...(enabled !== '' && { enabled: enabled === 'on' }),
      ...(Object.fromEntries(numbers) as AlertLimits),
      ...(suspendUntil !== undefined && { suspendUntil })
    },
    webhook,
    secret: secretInput(form, webhook?.url !== before.webhook?.url)
  }
}

function webhookInput(form: FormData): WebhookView | null {
  const url = text(form, 'webhook.url')
  if (url === '') return null
  const minSeverity = text(form, 'webhook.minSeverity')
  return {
    url,
    // What the form does not say is left to the box, so that an older one, which knows neither, takes the rest.
    ...(minSeverity !== '' && minSeverity !== 'debug' && { minSeverity: minSeverity as Severity }),
    ...(!form.has('webhook.picture') && { picture: false })
  }
}

/** The secret stays with the address that it was made for. */
function secretInput(form: FormData, isElsewhere: boolean): AlertsInput['secret'] {
  const secret = String(form.get('webhook.secret') ?? '')
  if (form.has('webhook.forgetSecret') || text(form, 'webhook.url') === '') return { action: 'clear' }
  if (secret !== '') return { action: 'set', secret }
  return { action: isElsewhere ? 'clear' : 'keep' }
}

/** `keep`, `end`, `until` a time, or hours from now. */
function suspension(form: FormData, before: string | undefined, nowMs: number): string | undefined {
  const chosen = text(form, 'suspend')
  if (chosen === 'keep') return before
  if (chosen === 'until') return timeOf(text(form, 'suspendUntil'), text(form, 'suspendOffsetMin'))
  const hours = Number(chosen)
  return hours > 0 ? new Date(nowMs + hours * HOUR_MS).toISOString() : undefined
}

/** A time on the wall, and by how many minutes it is ahead of UTC there; what is no time stays as it is, for the check. */
function timeOf(wall: string, offsetMin: string): string {
  const utcMs = Date.parse(`${wall}Z`)
  return Number.isNaN(utcMs) ? wall : new Date(utcMs - Number(offsetMin || 0) * 60_000).toISOString()
}
