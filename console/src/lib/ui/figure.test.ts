import { expect, test } from 'vitest'
import { ago, bitrate, bytes, clockOffset, duration, exactness, fps, lasting, milliseconds, plural } from './figure.ts'

test('figures carry their unit, also when nothing was measured', () => {
  expect(fps(12.44)).toBe('12.4 fps')
  expect(fps(null)).toBe('– fps')
  expect(milliseconds(38.4)).toBe('38 ms')
  expect(milliseconds(90_000)).toBe('1 min')
})

test('bytes count in 1024, bits in 1000', () => {
  expect(bytes(512)).toBe('512 B')
  expect(bytes(20_300_000)).toBe('19 MiB')
  expect(bytes(3 * 1024 ** 3)).toBe('3.0 GiB')
  expect(bitrate(4_000_000)).toBe('4.0 Mbit/s')
})

test('a time says how long ago it was, or how long it takes until then', () => {
  const now = Date.parse('2026-11-21T12:00:00.000Z')
  expect(ago('2026-11-21T11:57:00.000Z', now)).toBe('3 min ago')
  expect(ago('2026-11-21T12:04:00.000Z', now)).toBe('in 4 min')
  expect(ago('2026-11-21T12:00:01.000Z', now)).toBe('now')
  // What was set for eight hours a moment ago is not over in seven.
  expect(ago('2026-11-21T19:59:58.400Z', now)).toBe('in 8 h')
  expect(ago('2026-11-21T12:00:58.100Z', now)).toBe('in 59 s')
})

test('a state says how long it lasts, also one that a faster clock has begun in the future', () => {
  const now = Date.parse('2026-11-21T12:00:00.000Z')
  expect(lasting('2026-11-21T11:57:00.000Z', now)).toBe('for 3 min')
  expect(lasting('2026-11-21T12:00:01.000Z', now)).toBe('for 1 s')
})

test('a clock is told of when it is more than two seconds off', () => {
  expect(clockOffset(null)).toBeNull()
  expect(clockOffset(-1900)).toBeNull()
  expect(clockOffset(40_100)).toBe('40 s ahead of')
  expect(clockOffset(-3_600_000)).toBe('1 h behind')
})

test('durations keep one unit', () => {
  expect(duration(340)).toBe('340 ms')
  expect(duration(47 * 3_600_000)).toBe('47 h')
  expect(duration(49 * 3_600_000)).toBe('2 days')
})

test('one is not many', () => {
  expect(plural(1, 'camera')).toBe('1 camera')
  expect(plural(0, 'box', 'boxes')).toBe('0 boxes')
})

test('the time of an event says how exact it is, where the box says so', () => {
  expect([0.2, 40, null, undefined].map(exactness)).toEqual([
    ...[' ± 1 ms', ' ± 40 ms', ', nobody kept the clock of the box', '']
  ])
})
