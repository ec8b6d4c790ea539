import { families, parseIni, writeClassifier, writeNvinfer } from '@vedette/model'
import { expect, test } from 'vitest'
import { isTuned, tuned } from './tuning.ts'

const input = { channels: 3, height: 416, width: 416, layout: 'NCHW' } as const
const detector = writeNvinfer({ family: 'nanodet', input, classes: 80, ...families.nanodet })
const nothing = { confidence: null, nmsIou: null, maxObjects: null, precision: null }

test('without a word of the box a package stays as it is', () => {
  expect(isTuned(nothing)).toBe(false)
  expect(parseIni(tuned(detector, 'detection', nothing))).toEqual(parseIni(detector))
})

test("thresholds of the box stand in place of the package's, for every class that has its own", () => {
  const own = `${detector}[class-attrs-3]\nthreshold=0.9\nroi-top-offset=5\n[class-attrs-4]\ntopk=2\n`
  const ini = parseIni(tuned(own, 'detection', { ...nothing, confidence: 0.7, nmsIou: 0.5, maxObjects: 100 }))
  expect(Object.fromEntries(ini.get('class-attrs-all')!)).toMatchObject({
    'pre-cluster-threshold': '0.7',
    'nms-iou-threshold': '0.5',
    topk: '100'
  })
  expect(Object.fromEntries(ini.get('class-attrs-3')!)).toEqual({
    'roi-top-offset': '5',
    'pre-cluster-threshold': '0.7'
  })
  expect(Object.fromEntries(ini.get('class-attrs-4')!)).toEqual({ topk: '100' })
})

test('a classifier takes the precision only', () => {
  const { preprocessing } = families.nanodet
  const classifier = writeClassifier({ type: 'colour', input, preprocessing, threshold: 0.5 })
  const ini = parseIni(tuned(classifier, 'classification', { ...nothing, confidence: 0.7, precision: 'int8' }))
  expect([ini.get('property')?.get('network-mode'), ini.has('class-attrs-all')]).toEqual(['1', false])
})
