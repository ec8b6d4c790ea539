import type { Rules } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { type Looker, mixedRules, rulesOf } from './lookers.ts'

const model: Looker = { strategy: null, labels: ['person', 'car'] }
const colour: Looker = { strategy: 'colour', labels: ['colour: red', 'colour: blue'] }
const logo: Looker = { strategy: 'logo', labels: ['logo'] }
const all = [model, colour, logo]
const entered = (...classes: string[]): Rules[string] => ({ kind: 'zone-entered', name: 'Yard', classes, zone })
const zone: [number, number][] = [
  [0, 0],
  [1, 0],
  [1, 1]
]

test('a rule is decided by who finds its classes, one without classes by the model', () => {
  const rules: Rules = {
    anything: entered(),
    people: entered('person'),
    red: entered('colour: red'),
    either: entered('car', 'logo'),
    nobody: entered('zebra')
  }
  const names = (looker: Looker) => Object.keys(rulesOf(rules, looker, all))
  expect(names(model)).toEqual(['anything', 'people', 'either', 'nobody'])
  expect(names(colour)).toEqual(['red'])
  expect(names(logo)).toEqual(['either'])
  expect(mixedRules(rules, all)).toEqual([])
})

test('a rule that counts objects of two at once asks the first of them, and is named', () => {
  const rules: Rules = {
    full: { kind: 'occupancy', name: 'Full', classes: ['logo', 'colour: red'], max: 1, seconds: 1 },
    empty: { kind: 'absence', name: 'Empty', classes: ['logo'], seconds: 1 }
  }
  expect(all.map((looker) => Object.keys(rulesOf(rules, looker, all)))).toEqual([[], ['full'], ['empty']])
  expect(mixedRules(rules, all)).toEqual([{ rule: 'full', lookers: [colour, logo] }])
})
