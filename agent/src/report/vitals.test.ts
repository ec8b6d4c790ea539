import { expect, test } from 'vitest'
import { Vitals } from './vitals.ts'

const host = {
  cpuPercent: 1,
  loadPerCore: null,
  memoryUsedBytes: null,
  memoryTotalBytes: null,
  agentRssBytes: 1,
  engineRssBytes: null,
  diskUsedBytes: null,
  diskTotalBytes: null,
  temperatureC: null,
  gpu: [],
  clock: { synchronised: true, uncertaintyMs: null }
}
const door = {
  framesDecoded: 100,
  framesAnalysed: 4,
  framesDropped: 3,
  lastFrameAgeMs: 40,
  bitsPerSecond: 1000,
  latencyMsP50: -1,
  latencyMsP99: -1,
  clockAheadMs: null,
  packetsLate: 0,
  jitterBufferMs: null
}

test('objects are counted by the camera that the catalog names, and seen once', () => {
  const vitals = new Vitals()
  vitals.stats = { inferMs: -1, framesDropped: 5, cameras: { door }, rssBytes: 1, stages: [], comparison: null }
  // Index 1 has been removed from the catalog, index 7 was never in it.
  const frames = { cameras: Uint32Array.of(0, 0, 1, 7), objects: Uint32Array.of(2, 4, 9, 1) }
  vitals.count(frames, ['door', null])
  expect(vitals.takeSeen()).toEqual({ frames: 4, objects: 16 })
  expect(vitals.takeSeen()).toEqual({ frames: 0, objects: 0 })
  const health = vitals.health(host, { spoolWaiting: 2, dropped: 1 })
  expect(health).toMatchObject({ spoolWaiting: 2, dropped: 6, inferMs: null })
  expect(health.cameras.door).toMatchObject({ objectsPerFrame: 1.5, dropped: 3, latencyMsP50: null })
  expect(vitals.cameras).toBe(health.cameras)
})

test('while no pipeline runs, no camera has figures', () => {
  expect(new Vitals().health(host, { spoolWaiting: 0, dropped: 0 })).toMatchObject({ cameras: {}, inferMs: null })
})
