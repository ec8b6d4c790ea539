import { expect, test } from 'vitest'
import { fell, noFalls } from './restarts.ts'

function delays(count: number, random: number, ranForMs = 0): number[] {
  let restarts = noFalls
  return Array.from({ length: count }, () => {
    const next = fell(restarts, ranForMs, random)
    restarts = next.restarts
    return next.delayMs
  })
}

test('starts again at once, then doubles from 1 s to at most 60 s', () => {
  expect(delays(9, 0.9999).map((ms) => Math.round(ms / 100) / 10)).toEqual([0.2, 1, 2, 4, 8, 16, 32, 60, 60])
})

test('takes up to half of the delay off by chance, but never goes below 1 s', () => {
  expect(delays(5, 0)).toEqual([200, 1_000, 1_000, 2_000, 4_000])
})

test('forgets the past after a stable minute', () => {
  expect(delays(5, 0.9999, 60_000)).toEqual([200, 200, 200, 200, 200])
})
