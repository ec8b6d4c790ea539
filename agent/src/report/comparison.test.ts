import { expect, test } from 'vitest'
import { comparisonHealth } from './comparison.ts'

const comparison = {
  frames: 100,
  perClass: [
    { class: 0, first: 80, shadow: 100, matched: 60 },
    { class: 7, first: 20, shadow: 0, matched: 0 }
  ],
  iouMean: 0.8
}
const facts = { comparison, stages: [{ inferMs: 20.04 }, { inferMs: -1 }], model: 'nano 1.0.0', labels: ['person'] }

test('agreement is told both ways, over all classes', () => {
  expect(comparisonHealth({ ...facts, engineRssBytesBefore: 5 })).toEqual({
    model: 'nano 1.0.0',
    frames: 100,
    agreement: 0.6,
    agreementBack: 0.6,
    iouMean: 0.8,
    classes: [
      { label: 'person', inCharge: 80, compared: 100, both: 60 },
      { label: 'class 7', inCharge: 20, compared: 0, both: 0 }
    ],
    inferMs: { inCharge: 20, compared: null },
    engineRssBytesBefore: 5
  })
})

test('what nobody has seen yet agrees with nothing', () => {
  const nothing = { frames: 0, perClass: [], iouMean: -1 }
  expect(comparisonHealth({ ...facts, comparison: nothing, engineRssBytesBefore: null })).toMatchObject({
    agreement: null,
    agreementBack: null,
    iouMean: null,
    classes: []
  })
})
