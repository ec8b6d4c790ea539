import { expect, test } from 'vitest'
import { editFaults, faultAt } from './edit_faults.ts'

const said = (path: string, expected: string) => `expected ${expected} for ${path}, received null`

test('a fault stands at its field, in the units of the form', () => {
  const errors = {
    'rules.gate.size.minWidth': said('/rules/gate/size/minWidth', 'a number of at least 0 and at most 1'),
    'rules.gate.zone.2': said('/rules/gate/zone/2', 'sides that do not cross: move point 3'),
    'rules.gate.schedule.hours.1.from': said('/rules/gate/schedule/hours/1/from', 'a time of day such as 08:30')
  }
  const faults = editFaults(errors, 'rules.gate', 'zone-entered')
  expect(faultAt(faults, 'size.minWidth')).toBe('Expected 0 to 100 %.')
  expect(faultAt(faults, 'zone')).toBe('Expected sides that do not cross: move point 3.')
  expect(faultAt(faults, 'schedule.hours')).toBe('Row 2: expected a time of day such as 08:30.')
  expect(faultAt(faults, 'schedule.zone')).toBeUndefined()
})

test('what the wire says in its own words is said in those of people', () => {
  const min = editFaults({ 'rules.a.min': said('/rules/a/min', 'at most max, which is 3,') }, 'rules.a', 'occupancy')
  expect(min).toEqual({ min: 'The least is above the most.' })
  const none = editFaults({ 'rules.a': said('/rules/a', '"min" or "max", or both') }, 'rules.a', 'occupancy')
  expect(none).toEqual({ '': 'Say below how many, above how many, or both.' })
})

test('the fault of another rule is of the whole', () => {
  expect(editFaults({ 'rules.yard.name': 'expected a name' }, 'rules.gate', 'absence')).toEqual({
    '': 'expected a name'
  })
})
