/** An edit of alerts for the audit. Of an address only its host: whoever knows the rest can post to it. Pure. */
import type { AlertLimits } from '@vedette/protocol'
import type { AlertsInput } from '../rooms.ts'

const words: Record<keyof AlertLimits, (value: string) => string> = {
  enabled: (value) => (value === 'true' ? 'on' : 'off'),
  throttleS: (value) => `cooldown ${value} s`,
  burstThreshold: (value) => `burst of ${value}`,
  burstS: (value) => `burst within ${value} s`,
  maxPerMinute: (value) => `at most ${value} a minute`,
  debounceS: (value) => `after ${value} s`,
  groupS: (value) => `grouped within ${value} s`,
  suspendUntil: (value) => `suspended until ${value}`
}

export function alertWords({ limits, webhook, secret }: AlertsInput): string {
  const all = (Object.keys(words) as (keyof AlertLimits)[]).flatMap((key) =>
    limits[key] === undefined ? [] : [words[key](String(limits[key]))]
  )
  if (webhook) all.push(`webhook at ${new URL(webhook.url).host}`)
  if (secret.action !== 'keep') all.push(secret.action === 'set' ? 'its secret set' : 'its secret forgotten')
  return all.join(', ') || 'as in the settings of the box'
}
