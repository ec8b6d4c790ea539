import { expect, test } from 'vitest'
import type { EngineStats } from './channel/status.ts'
import { LoadWatch } from './load_watch.ts'
import { config } from './testing/engine_world.ts'

/** Two cameras of 15 frames a second, of which `dropped` a second each are thrown away; so long for each inference. */
function statsAt(second: number, dropped: number, inferMs: number): EngineStats {
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
    ...{ packetsLate: 0, jitterBufferMs: null },
    framesMuxed: second * 15,
    framesAnalysed: second * (15 - dropped),
    framesDropped: second * dropped
  })
  const stage = { id: 1, batches: second * 10, frames: second * 20, inferMs, latencyMsP50: -1, latencyMsP99: -1 }
  // Held: it tells of nothing.
  const held = { ...stage, id: 2, batches: 3, inferMs: -1 }
  return {
    ...{ uptimeMs: second * 1000, inferMs, batches: second * 10, rssBytes: 1, framesDropped: 0, comparison: null },
    stages: [stage, held],
    cameras: { door: camera(1), yard: camera(2) }
  }
}

interface Seen {
  from?: number
  inferMs?: number
  hasSecondaries?: boolean
}

function watch(load: LoadWatch, seconds: number, dropped: number, seen: Seen = {}): boolean[] {
  const { from = 0, inferMs = 80, hasSecondaries = false } = seen
  return Array.from({ length: seconds }, (_, i) =>
    load.see(statsAt(from + i, dropped, inferMs), { at: (from + i) * 1000, hasCompared: false, hasSecondaries })
  )
}

test('a pipeline that throws a third of its frames away analyses every 2nd, then every 4th', () => {
  const load = new LoadWatch()
  expect(watch(load, 7, 5).filter(Boolean)).toHaveLength(1)
  expect(load.lower(config(['door']))).toMatchObject({ interval: 1, compares: true, classifies: true })
  expect(load.lower({ ...config(['door']), interval: 2 }).interval).toBe(5)
  expect(load.words).toContain('too slow for 2 cameras at 15 frames a second: it analyses every 2nd frame')
  watch(load, 7, 5, { from: 7 })
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
    expect(watch(load, 4, 5, { from: i * 4 })).not.toContain(true)
    load.pause()
  }
})

test('secondary models wait before a frame is given up', () => {
  const load = new LoadWatch()
  watch(load, 7, 5, { hasSecondaries: true })
  expect(load.lower(config(['door']))).toMatchObject({ interval: 0, compares: true, classifies: false })
  expect(load.words).toContain('secondary models wait')
})

test('where inference is not busy, cameras get a lower rate, but for those that ask for less and for jobs', () => {
  const load = new LoadWatch()
  watch(load, 7, 5, { inferMs: 5 })
  expect(load.maxFps).toBe(10)
  const asked = config(['door', 'slow', 'job', 'off'])
  asked.cameras.slow!.source.maxAnalysedFps = 2
  asked.cameras.job!.source.policy = 'every-frame'
  asked.cameras.off!.source.maxAnalysedFps = 0.001
  const { cameras, interval } = load.lower(asked)
  expect(Object.values(cameras).map(({ source }) => source.maxAnalysedFps)).toEqual([10, 2, 0, 0.001])
  expect(interval).toBe(0)
  // A second that tells how busy it is, though a stage of it is held and tells nothing, is as good as any other.
  expect(watch(load, 25, 0, { from: 8, inferMs: 5 }).filter(Boolean)).toHaveLength(1)
  expect(load.lower(asked)).toEqual(asked)
})
