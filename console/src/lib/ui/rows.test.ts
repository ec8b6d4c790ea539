import { expect, test } from 'vitest'
import { matches } from './rows.ts'

test('a filter wants each of its words somewhere', () => {
  expect(matches('north gate', ['Gate North', 'box-7'])).toBe(true)
  expect(matches('north 8', ['Gate North', 'box-7'])).toBe(false)
})

test('an empty filter lets everything through', () => {
  expect(matches('  ', ['anything', null])).toBe(true)
})
