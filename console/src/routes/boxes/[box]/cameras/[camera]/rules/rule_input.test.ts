import type { Rule } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { newRuleId, ruleInput } from './rule_input.ts'

const form = (fields: Record<string, string>) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return data
}
const common = { name: 'Gate', enabled: 'on', severity: 'warning', classes: 'person, car' }
const square = '[[0,0],[1,0],[1,1],[0,1]]'

test('makes a rule of what was typed and drawn', () => {
  expect(ruleInput(form({ ...common, kind: 'loitering', points: square, seconds: '30' }), null)).toEqual({
    ...{ kind: 'loitering', name: 'Gate', enabled: true, severity: 'warning', classes: ['person', 'car'] },
    ...{ zone: JSON.parse(square), seconds: 30 }
  })
  expect(
    ruleInput(form({ ...common, kind: 'occupancy', points: '[]', seconds: '5', min: '', max: '3' }), null)
  ).toEqual({
    ...{ kind: 'occupancy', name: 'Gate', enabled: true, severity: 'warning', classes: ['person', 'car'] },
    ...{ max: 3, seconds: 5 }
  })
})

test('keeps what the form does not show', () => {
  const schedule = { zone: 'UTC', hours: [{ days: ['mon' as const], from: '08:00', to: '18:00' }] }
  const was: Rule = {
    kind: 'occupancy',
    name: 'Old',
    max: 9,
    min: 1,
    zone: JSON.parse(square),
    seconds: 1,
    schedule,
    inertiaFrames: 5
  }
  const rule = ruleInput(
    form({ name: 'New', kind: 'occupancy', points: '[]', severity: 'info', seconds: '2', min: '2' }),
    was
  )
  expect(rule).toEqual({
    kind: 'occupancy',
    name: 'New',
    enabled: false,
    severity: 'info',
    classes: [],
    min: 2,
    seconds: 2,
    schedule,
    inertiaFrames: 5
  })
})

test('makes an id of the name that no other rule has', () => {
  const gate: Rule = { kind: 'absence', name: 'Gate', seconds: 1 }
  expect(newRuleId('Gate', {})).toBe('gate')
  expect(newRuleId('Gate', { gate, 'gate-2': gate })).toBe('gate-3')
  expect(newRuleId('Ärger am Tor!', {})).toBe('arger-am-tor')
  expect(newRuleId('入口', {})).toBe('rule')
})
