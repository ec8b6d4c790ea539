import { expect, test } from 'vitest'
import type { AlertsView } from '#lib/view.ts'
import { alertsInput } from './alerts_input.ts'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')
const nothing: AlertsView = { limits: {}, webhook: null, hasSecret: false }
const form = (fields: Record<string, string>) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return data
}

test('an empty form leaves everything to the settings of the box', () => {
  const empty = { enabled: '', throttleS: '', maxPerMinute: '', 'webhook.url': '', suspend: 'end' }
  expect(alertsInput(form(empty), nothing, NOW)).toEqual({ limits: {}, webhook: null, secret: { action: 'clear' } })
})

test('every limit of the wire is read', () => {
  const numbers = { throttleS: '30', debounceS: '2', burstThreshold: '4', burstS: '20', maxPerMinute: '6', groupS: '5' }
  expect(alertsInput(form({ ...numbers, enabled: 'off', suspend: 'end' }), nothing, NOW).limits).toEqual({
    ...{ throttleS: 30, debounceS: 2, burstThreshold: 4, burstS: 20, maxPerMinute: 6, groupS: 5 },
    enabled: false
  })
})

test('a suspension is counted from now, kept, until a time on the wall, or ended', () => {
  const { limits } = alertsInput(form({ suspend: '8' }), nothing, NOW)
  expect(limits).toEqual({ suspendUntil: '2026-11-21T20:00:00.000Z' })
  const suspended = { ...nothing, limits }
  expect(alertsInput(form({ suspend: 'keep' }), suspended, NOW + 1).limits).toEqual(limits)
  const until = { suspend: 'until', suspendUntil: '2026-11-22T08:30', suspendOffsetMin: '60' }
  expect(alertsInput(form(until), suspended, NOW).limits).toEqual({ suspendUntil: '2026-11-22T07:30:00.000Z' })
  expect(alertsInput(form({ ...until, suspendUntil: '' }), suspended, NOW).limits).toEqual({ suspendUntil: '' })
  expect(alertsInput(form({ suspend: 'end' }), suspended, NOW).limits).toEqual({})
})

test('a secret stays with its address and does not go to another', () => {
  const url = 'https://example.com/a'
  const signed: AlertsView = { ...nothing, webhook: { url }, hasSecret: true }
  const secretOf = (fields: Record<string, string>) => alertsInput(form(fields), signed, NOW).secret
  expect(secretOf({ 'webhook.url': url })).toEqual({ action: 'keep' })
  expect(secretOf({ 'webhook.url': url, 'webhook.secret': ' of spaces ' })).toEqual({
    ...{ action: 'set', secret: ' of spaces ' }
  })
  expect(secretOf({ 'webhook.url': url, 'webhook.forgetSecret': 'on' })).toEqual({ action: 'clear' })
  expect(secretOf({ 'webhook.url': 'https://example.com/b' })).toEqual({ action: 'clear' })
})

test('a webhook says only what differs from what a box does by itself', () => {
  const url = 'https://example.com/a'
  const webhookOf = (fields: Record<string, string>) =>
    alertsInput(form({ 'webhook.url': url, ...fields }), nothing, NOW).webhook
  expect(webhookOf({ 'webhook.minSeverity': 'debug', 'webhook.picture': 'on' })).toEqual({ url })
  expect(webhookOf({ 'webhook.minSeverity': 'error' })).toEqual({ url, minSeverity: 'error', picture: false })
})
