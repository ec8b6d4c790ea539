import { expect, test } from 'vitest'
import { classColor } from './class_color.ts'

test('a class has one colour however it is written', () => {
  expect(classColor('Person')).toBe(classColor('person'))
})

test('the classes of a street differ from each other', () => {
  const street = ['person', 'car', 'bicycle', 'dog', 'truck', 'bus', 'motorcycle', 'cat', 'vehicle']
  expect(new Set(street.map(classColor)).size).toBe(street.length)
})
