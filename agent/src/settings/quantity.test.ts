import { expect, test } from 'vitest'
import { quantity } from './quantity.ts'

test.each([
  ['30s', 'healthIntervalS', 30],
  ['5min', 'modelTrialS', 300],
  ['1.5 h', 'modelTrialS', 5400],
  ['40ms', 'batchTimeoutMs', 40],
  ['0.04s', 'batchTimeoutMs', 40],
  ['40', 'batchTimeoutMs', 40],
  ['36h', 'maxAgeDays', 1.5],
  ['64MiB', 'maxBytes', 67_108_864],
  ['1.5GB', 'maxBytes', 1_500_000_000],
  ['-1e3', 'offset', -1000]
])('%s of %s is %d in its own unit', (text, key, value) => {
  expect(quantity(text, key, {})).toBe(value)
})

test('a share may be said in percent, where 1 is all', () => {
  expect(quantity('35%', 'minConfidence', { maximum: 1 })).toBe(0.35)
  expect(() => quantity('35%', 'maxFps', { maximum: 120 })).toThrow('expected a number, received "35%"')
})

test.each([
  ['30 MiB', 'modelTrialS', 'expected a number, with one of us, µs, ms, s, min, h, d (30s), received "30 MiB"'],
  ['5m', 'modelTrialS', 'received "5m"'],
  ['64mib', 'maxBytes', '64MiB'],
  ['soon', 'maxSources', 'expected a number, received "soon"'],
  ['', 'maxSources', 'received ""']
])('%j of %s is refused', (text, key, message) => {
  expect(() => quantity(text, key, {})).toThrow(message)
})
