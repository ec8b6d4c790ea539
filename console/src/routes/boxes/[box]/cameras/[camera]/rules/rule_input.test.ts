import { Rule, type RuleKind } from '@vedette/protocol'
import { Check } from 'typebox/value'
import { expect, test } from 'vitest'
import { kinds } from './kinds.ts'
import { ruleInput } from './rule_input.ts'
import { objectNumbers } from './rule_numbers.ts'

const form = (fields: Record<string, string>) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return data
}
const common = { name: 'Gate', enabled: 'on', severity: 'warning', classes: 'person, car' }
const said = { name: 'Gate', enabled: true, severity: 'warning', classes: ['person', 'car'] }
const square = '[[0,0],[1,0],[1,1],[0,1]]'
const zone = JSON.parse(square)

test('makes a rule of what was typed and drawn, and leaves the rest to the box', () => {
  expect(ruleInput(form({ ...common, kind: 'loitering', zone: square, seconds: '30' }))).toEqual({
    ...{ kind: 'loitering', ...said, zone, seconds: 30 }
  })
  expect(ruleInput(form({ ...common, kind: 'occupancy', zone: '[]', seconds: '5', min: '', max: '3' }))).toEqual({
    ...{ kind: 'occupancy', ...said, max: 3, seconds: 5 }
  })
})

test('percent of people are shares of the wire', () => {
  const fields = { ...common, kind: 'line-crossed', line: '[[0,0],[1,1]]', minConfidence: '55', hysteresis: '2.5' }
  expect(ruleInput(form({ ...fields, 'size.maxHeight': '29', 'size.minAspect': '0.5' }))).toMatchObject({
    ...{ minConfidence: 0.55, hysteresis: 0.025, size: { maxHeight: 0.29, minAspect: 0.5 } }
  })
})

test('a row of hours without a day is none', () => {
  const row = (i: number, more: Record<string, string>) =>
    Object.fromEntries(
      Object.entries({ from: '08:00', to: '18:00', ...more }).map(([key, is]) => [`hours.${i}.${key}`, is])
    )
  const fields = { ...common, kind: 'absence', zone: '[]', seconds: '5', 'schedule.zone': 'Europe/Berlin' }
  expect(ruleInput(form({ ...fields, ...row(0, {}) }))).not.toHaveProperty('schedule')
  expect(
    ruleInput(
      form({ ...fields, ...row(0, { mon: 'on', sun: 'on' }), ...row(1, {}), ...row(3, { sat: 'on', to: '02:00' }) })
    )
  ).toMatchObject({
    schedule: {
      zone: 'Europe/Berlin',
      hours: [
        { days: ['mon', 'sun'], from: '08:00', to: '18:00' },
        { days: ['sat'], from: '08:00', to: '02:00' }
      ]
    }
  })
})

test('the ground is a rectangle, or four points by themselves', () => {
  const fields = { ...common, kind: 'speed', 'plane.points': square, aboveKmh: '50' }
  const rectangle = { ground: 'rectangle', metresWide: '4', metresDeep: '9' }
  expect(ruleInput(form({ ...fields, ...rectangle }))).toMatchObject({
    plane: {
      points: zone,
      metres: [
        [0, 9],
        [4, 9],
        [4, 0],
        [0, 0]
      ]
    }
  })
  const points = Object.fromEntries(
    [0, 1, 2, 3].flatMap((i) => [
      [`metres.${i}.x`, `${i}`],
      [`metres.${i}.y`, `-${i}`]
    ])
  )
  expect(ruleInput(form({ ...fields, ground: 'points', ...points }))).toMatchObject({
    plane: {
      metres: [
        [0, -0],
        [1, -1],
        [2, -2],
        [3, -3]
      ]
    }
  })
})

test.each(Object.keys(kinds) as RuleKind[])('everything that the wire can say of %s can be set', (kind) => {
  const schema = Rule.anyOf.find(({ properties }) => properties.kind.const === kind)!
  const { draws, asks, fine } = kinds[kind]
  const numbers = Object.fromEntries([...objectNumbers, ...asks, ...fine].map((path) => [path, '2']))
  const drawn = Object.fromEntries(
    draws.map(({ path, as }) => [path, as === 'zone' || as === 'plane' ? square : '[[0,0],[1,1]]'])
  )
  const hours = { 'hours.0.mon': 'on', 'hours.0.from': '08:00', 'hours.0.to': '18:00', 'schedule.zone': 'UTC' }
  const rule = ruleInput(
    form({ ...common, kind, ...numbers, ...drawn, ...hours, direction: 'in', metresWide: '4', metresDeep: '9' })
  )
  expect(Object.keys(rule).toSorted()).toEqual(Object.keys(schema.properties).toSorted())
  expect(Object.keys(rule.size as object)).toHaveLength(6)
  expect(Check(schema, rule)).toBe(true)
})
