import { expect, test } from 'vitest'
import { readFindings } from './findings.ts'

const labels = ['red', 'blue']

test('reads boxes, cuts them at the edges of the picture, and takes the first label where none is given', () => {
  expect(
    readFindings(
      [
        { label: 'blue', confidence: 0.5, box: [0.25, 0.5, 0.25, 0.25] },
        { confidence: 1, box: [-0.25, 0.75, 0.5, 0.5] }
      ],
      labels
    )
  ).toEqual([
    { label: 1, confidence: 0.5, box: [0.25, 0.5, 0.25, 0.25] },
    { label: 0, confidence: 1, box: [0, 0.75, 0.25, 0.25] }
  ])
})

const good = { label: 'red', confidence: 0.5, box: [0, 0, 1, 1] }
test.each([
  ['nothing', null, 'expected a list of detections, received null'],
  ['a text', 'all well', 'expected a list of detections, received "all well"'],
  ['a list of numbers', [7], 'expected an object for [0], received 7'],
  ['a label of its own', [good, { ...good, label: 'green' }], 'expected one of the labels of its settings (red, blue)'],
  ['a confidence in percent', [{ ...good, confidence: 90 }], 'expected 0 to 1 for [0].confidence, received 90'],
  ['a confidence that is no number', [{ ...good, confidence: null }], 'for [0].confidence, received null'],
  ['a box of two numbers', [{ ...good, box: [0, 1] }], 'expected four numbers (left, top, width, height) for [0].box'],
  ['a box in pixels', [{ ...good, box: [10, 20, 64, 48] }], 'not pixels, received [10,20,64,48]'],
  ['a box turned inside out', [{ ...good, box: [0.5, 0.5, -0.25, 0.25] }], 'for [0].box'],
  ['more than anybody reads', Array.from({ length: 1001 }, () => good), 'expected at most 1000 detections']
])('refuses %s by name', (_, answer, message) => {
  expect(() => readFindings(answer, labels)).toThrow(message)
})
