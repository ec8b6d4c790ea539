import { expect, test } from 'vitest'
import type { EngineStats } from './channel/status.ts'
import { LoadWatch } from './load_watch.ts'
import { config } from './testing/engine_world.ts'

/** Two cameras of 15 frames a second, of which `dropped` a second each are thrown away; 20 ms for each inference. */
function statsAt(second: number, dropped: number): EngineStats {
  const camera = (generation: number) => ({
    ...{ slot: 0, generation, name: '', lastFrameAgeMs: 20, longestGapMs: 0, ptsGaps: 0, keyframes: 1 },
    ...{
      bitsPerSecond: 0,
      latencyMsP50: -1,
      latencyMsP99: -1,
      clockAheadMs: null,
      framesDecoded: second * 15,
      framesStill: 0
    },
    framesMuxed: second * 15,
    framesAnalysed: second * (15 - dropped),
    framesDropped: second * dropped
  })
  const stage = { id: 1, batches: second * 10, frames: second * 20, inferMs: 20, latencyMsP50: -1, latencyMsP99: -1 }
  return {
    ...{ uptimeMs: second * 1000, inferMs: 20, batches: second * 10, rssBytes: 1, framesDropped: 0, comparison: null },
    stages: [stage],
    cameras: { door: camera(1), yard: camera(2) }
  }
}

function watch(load: LoadWatch, seconds: number, dropped: number, from = 0): boolean[] {
  return Array.from({ length: seconds }, (_, i) =>
    load.see(statsAt(from + i, dropped), { at: (from + i) * 1000, hasSecondModels: false })
  )
}

test('a pipeline that throws a third of its frames away analyses every 2nd, then every 4th', () => {
  const load = new LoadWatch()
  expect(watch(load, 7, 5).filter(Boolean)).toHaveLength(1)
  expect(load.lower(config(['door']))).toMatchObject({ interval: 1, compares: false })
  expect(load.lower({ ...config(['door']), interval: 2 }).interval).toBe(5)
  expect(load.words).toContain('too slow for 2 cameras at 15 frames a second: it analyses every 2nd frame')
  watch(load, 7, 5, 7)
  expect(load.lower(config(['door'])).interval).toBe(3)
})

test('a pipeline that throws nothing away does all that was asked for', () => {
  const load = new LoadWatch()
  expect(watch(load, 100, 0)).not.toContain(true)
  expect(load.lower(config(['door']))).toEqual(config(['door']))
  expect(load.words).toBe('')
})

test('a pause between two pipelines does not count', () => {
  const load = new LoadWatch()
  for (let i = 0; i < 20; i++) {
    expect(watch(load, 4, 5, i * 4)).not.toContain(true)
    load.pause()
  }
})
