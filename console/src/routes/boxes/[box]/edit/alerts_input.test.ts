import { expect, test } from 'vitest'
import { alertsInput } from './alerts_input.ts'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')
const form = (fields: Record<string, string>) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return data
}

test('an empty form leaves everything to the settings of the box', () => {
  expect(
    alertsInput(form({ throttleS: '', maxPerMinute: '', 'webhook.url': '', suspend: 'end' }), null, NOW)
  ).toBeNull()
})

test('a suspension is counted from now, kept, or ended', () => {
  const suspended = alertsInput(form({ suspend: '8' }), null, NOW)
  expect(suspended).toEqual({ suspendUntil: '2026-11-21T20:00:00.000Z' })
  expect(alertsInput(form({ suspend: 'keep' }), suspended, NOW + 1)).toEqual(suspended)
  expect(alertsInput(form({ suspend: 'end' }), suspended, NOW)).toBeNull()
})

test('a secret stays with its address and does not go to another', () => {
  const webhook = { url: 'https://example.com/a', credential: { revision: 1, sealed: 'AAAA' } }
  expect(alertsInput(form({ 'webhook.url': webhook.url }), { webhook, groupS: 5 }, NOW)).toEqual({ webhook, groupS: 5 })
  const other = { url: 'https://example.com/b' }
  expect(alertsInput(form({ 'webhook.url': other.url, throttleS: '30' }), { webhook }, NOW)).toEqual({
    webhook: other,
    throttleS: 30
  })
})
