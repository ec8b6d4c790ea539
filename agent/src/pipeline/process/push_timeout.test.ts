import type { PipelineStats, SourceStats } from '@vedette/native'
import { expect, test } from 'vitest'
import { PushTimeout } from './push_timeout.ts'

/** Cameras by their frames a second, after so many seconds. */
function statsAt(second: number, fps: Record<string, number>): PipelineStats {
  const sources = Object.entries(fps).map(
    ([name, rate], slot) => ({ slot, generation: 1, name, framesDecoded: Math.round(rate * second) }) as SourceStats
  )
  return { uptimeMs: second * 1000, sources, batches: 0, stages: [], comparison: null, framesQueueDropped: 0 }
}

/** What the mux is told in each of so many seconds. */
function told(timeout: PushTimeout, seconds: number, fps: Record<string, number>, from = 0): (number | null)[] {
  const isCamera = (name: string) => name !== 'job'
  return Array.from({ length: seconds }, (_, i) => timeout.see(statsAt(from + i, fps), isCamera))
}

test('a partial batch waits for one frame of the fastest camera', () => {
  expect(told(new PushTimeout(40_000), 12, { door: 15, yard: 30 }).filter(Boolean)).toEqual([33_333])
})

test('a mux that was told right is not told again, and a new pace is told once', () => {
  const timeout = new PushTimeout(40_000)
  expect(told(timeout, 12, { door: 25 }).filter(Boolean)).toEqual([])
  expect(told(timeout, 12, { door: 20 }).filter(Boolean)).toEqual([50_000])
})

test('what is read as fast as it can be sets no pace', () => {
  expect(told(new PushTimeout(40_000), 12, { job: 300, door: 25 }).filter(Boolean)).toEqual([])
})

test.each([
  [1, 100_000],
  [240, 10_000]
])('a camera of %i frames a second makes it wait %i us', (fps, us) => {
  expect(told(new PushTimeout(40_000), 7, { door: fps }).filter(Boolean)).toEqual([us])
})

test('without a camera that runs nothing is told', () => {
  expect(told(new PushTimeout(40_000), 12, {}).filter(Boolean)).toEqual([])
  expect(told(new PushTimeout(40_000), 12, { door: 0 }).filter(Boolean)).toEqual([])
})

test('counts of a pipeline that began anew are not compared with those before', () => {
  const timeout = new PushTimeout(40_000)
  told(timeout, 5, { door: 25 }, 100)
  expect(told(timeout, 5, { door: 12.5 }).filter(Boolean)).toEqual([])
})
