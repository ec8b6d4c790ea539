import { decodeFrameBatch } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { detectorStage } from '../stage.ts'
import { makeWorld, pattern, source, startWorld, type World } from './testing/world.ts'

test('frames of the test pattern arrive in order with slot, generation and time', async () => {
  const world = await startWorld(onTestFinished)
  const place = await world.pipeline.addSource(source(pattern()))
  expect(place).toEqual({ slot: 0, generation: 1 })
  const frames = await world.until('10 frames', (w) => w.framesOf(0).length >= 10 && w.framesOf(0))
  expect(frames.slice(0, 10).map((frame) => frame.ptsNs)).toEqual(
    Array.from({ length: 10 }, (_, i) => BigInt(i) * 40_000_000n)
  )
  expect(new Set(frames.map((frame) => frame.generation))).toEqual(new Set([1]))
  expect(world.events.map((event) => event.what)).toEqual(['connecting', 'linked', 'live'])
  expect(world.events[2]).toMatchObject({ slot: 0, name: 'camera', codec: 'raw', width: 320, height: 240 })
})

test('a realtime source is paced by the clock', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern({ fps: 20 })))
  await world.event(0, 'live')
  const began = performance.now()
  await world.until('20 frames', (w) => w.framesOf(0).length >= 20)
  expect(performance.now() - began).toBeGreaterThan(700)
})

test('a source of policy every-frame loses none, however fast it is', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern({ fps: 1000, width: 64, height: 64 }), { policy: 'every-frame' }))
  const frames = await world.until('2000 frames', (w) => w.framesOf(0).length >= 2000 && w.framesOf(0))
  expect(frames.slice(0, 2000).map((frame) => frame.ptsNs)).toEqual(
    frames.slice(0, 2000).map((_, i) => BigInt(i) * 1_000_000n)
  )
})

test('with motion gating a still camera gives one frame a second to the analysis, a moving one all', async () => {
  const world = await startWorld(onTestFinished)
  const gated = { policy: 'every-frame', motion: 'auto' } as const
  const small = { fps: 25, width: 160, height: 120 }
  await world.pipeline.addSource(source(pattern({ ...small, shapes: 0 }), { ...gated, name: 'still' }))
  await world.pipeline.addSource(source(pattern({ ...small, shapes: 3 }), { ...gated, name: 'moving', index: 1 }))
  await world.until('frames of a minute', (w) => (w.framesOf(0).at(-1)?.ptsNs ?? 0n) > 60_000_000_000n)
  const times = world.framesOf(0).map((frame) => Number(frame.ptsNs / 1_000_000n))
  // All of the first seconds, while the background is learnt and held; then one in 25.
  const settled = times.filter((ms) => ms >= 5000)
  expect(times.slice(0, 80)).toEqual(Array.from({ length: 80 }, (_, i) => i * 40))
  expect(settled.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, i) => settled[0]! + i * 1000))
  const stats = await world.until('stats', (w) => w.stats.at(-1))
  expect(stats.sources[0]!.framesStill).toBeGreaterThan(1000)
  expect(stats.sources[1]).toMatchObject({ name: 'moving', framesStill: 0 })
})

test('frames beyond maxAnalysedFps stay out of the analysis', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern({ fps: 25 }), { maxAnalysedFps: 5 }))
  const frames = await world.until('6 frames', (w) => w.framesOf(0).length >= 6 && w.framesOf(0))
  expect(frames.slice(0, 6).map((frame) => frame.ptsNs)).toEqual(
    [0n, 200n, 400n, 600n, 800n, 1000n].map((ms) => ms * 1_000_000n)
  )
})

test('adding and removing cameras costs the others no frame', async () => {
  const world = await startWorld(onTestFinished)
  const steady = pattern({ fps: 1000, width: 640, height: 480 })
  await world.pipeline.addSource(source(steady, { name: 'steady', index: 1, policy: 'every-frame' }))
  await world.event(0, 'live')
  await welcomeGuests(world)
  const { missing, stats, ofSteady } = await missingOfSteady(world, 1)
  expect(ofSteady).toMatchObject({ ptsGaps: 0, framesDropped: 0 })
  // It runs as fast as this machine can; what this program was too slow to fetch is counted apart.
  expect(missing).toBeLessThanOrEqual(stats.framesQueueDropped)
})

test('of a realtime camera no frame is missing beside guests but those that are counted as dropped', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern(), { name: 'steady', index: 1 }))
  await world.event(0, 'live')
  await welcomeGuests(world)
  const { missing, stats, ofSteady } = await missingOfSteady(world, 40)
  expect(ofSteady.ptsGaps).toBe(0)
  expect(missing).toBeLessThanOrEqual(ofSteady.framesDropped + stats.framesQueueDropped)
})

/** How many frames are not there, of one every so many milliseconds; and what is counted later than the last of them. */
async function missingOfSteady(world: World, everyMs: number) {
  const times = world.framesOf(0).map((frame) => Number(frame.ptsNs / 1_000_000n))
  const before = world.stats.length
  const stats = await world.until('stats', (w) => w.stats.length > before + 1 && w.stats.at(-1))
  const ofSteady = stats.sources.find((each) => each.name === 'steady')!
  return { missing: times.at(-1)! / everyMs + 1 - times.length, stats, ofSteady }
}

async function welcomeGuests(world: World): Promise<void> {
  for (let round = 1; round <= 5; round++) {
    const { slot } = await world.pipeline.addSource(source(pattern({ fps: 30 }), { name: 'guest', index: 2 }))
    expect(slot).toBe(1)
    await world.event(1, 'live', round)
    await world.pipeline.removeSource(1)
  }
}

test('a slot that is free again has the next generation, and the lowest free slot is taken first', async () => {
  const world = await startWorld(onTestFinished, { maxSources: 2 })
  expect(await world.pipeline.addSource(source(pattern()))).toEqual({ slot: 0, generation: 1 })
  expect(await world.pipeline.addSource(source(pattern()))).toEqual({ slot: 1, generation: 1 })
  await expect(world.pipeline.addSource(source(pattern(), { name: 'third' }))).rejects.toMatchObject({
    code: 'argument',
    message: expect.stringContaining("'third'")
  })
  await world.pipeline.removeSource(0)
  expect(await world.pipeline.addSource(source(pattern()))).toEqual({ slot: 0, generation: 2 })
})

test('removing twice is harmless, and says removed once', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern()))
  await Promise.all([world.pipeline.removeSource(0), world.pipeline.removeSource(0)])
  await world.pipeline.removeSource(0)
  expect(world.events.filter((event) => event.what === 'removed')).toHaveLength(1)
})

test('stats count what was decoded, muxed and analysed', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern()))
  const stats = await world.until(
    'stats with frames',
    (w) => w.stats.find((s) => (s.sources[0]?.framesAnalysed ?? 0) > 20)?.sources[0]
  )
  expect(stats.framesDecoded).toBeGreaterThanOrEqual(stats.framesAnalysed)
  expect(stats.framesMuxed).toBeGreaterThanOrEqual(stats.framesAnalysed)
  expect(stats).toMatchObject({ slot: 0, name: 'camera', ptsGaps: 0, framesDropped: 0 })
  expect(stats.latencyMsP99).toBeGreaterThanOrEqual(stats.latencyMsP50)
  expect(stats.latencyMsP50).toBeGreaterThanOrEqual(0)
  expect(stats.lastFrameAgeMs).toBeLessThan(1000)
})

test('stop is inside its limit with cameras that hang, and twice is harmless', async () => {
  const world = makeWorld()
  await world.pipeline.start()
  // A documentation address (RFC 5737): nobody answers.
  await world.pipeline.addSource(source({ kind: 'rtsp', url: 'rtsp://192.0.2.1/x', transport: 'tcp', latencyMs: 100 }))
  await world.pipeline.addSource(source(pattern()))
  await world.event(1, 'live')
  const began = performance.now()
  await Promise.all([world.pipeline.stop(), world.pipeline.stop()])
  await world.pipeline.stop()
  expect(performance.now() - began).toBeLessThan(4000)
  expect(world.errors).toEqual([])
})

test('a pipeline that was never started stops too', async () => {
  await makeWorld().pipeline.stop()
})

test('a source is refused before the pipeline was started', async () => {
  const world = makeWorld()
  onTestFinished(() => world.pipeline.stop())
  await expect(world.pipeline.addSource(source(pattern()))).rejects.toMatchObject({ code: 'argument' })
})

test('a wrong value is named', () => {
  expect(() => makeWorld({ maxSources: 257 })).toThrow(
    'expected a whole number from 1 to 256 for maxSources, received 257'
  )
})

test('a model that is not there fails the start with its path', async () => {
  const world = makeWorld({ stages: [detectorStage('/nowhere/model.txt')] })
  onTestFinished(() => world.pipeline.stop())
  await expect(world.pipeline.start()).rejects.toMatchObject({
    code: 'model',
    message: expect.stringContaining('/nowhere/model.txt')
  })
})

test('frame numbers go on when a camera comes back', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern(), { index: 9 }))
  await world.until('5 frames', (w) => w.framesOf(0, 1).length >= 5)
  await world.pipeline.removeSource(0)
  const before = world.framesOf(0, 1).length
  await world.pipeline.addSource(source(pattern(), { index: 9 }))
  const again = await world.until('a frame of the second', (w) => w.framesOf(0, 2)[0])
  const [frame] = decodeFrameBatch(again.entry).frames
  expect(frame).toMatchObject({ camera: 9, width: 320, height: 240 })
  expect(Number(frame?.number)).toBe(before + 1)
})

test('its graph names elements and states, and no properties', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern()))
  await world.event(0, 'live')
  const graph = await world.pipeline.graph()
  expect(graph).toMatch(/^digraph pipeline/)
  expect(graph).toMatch(/mux/)
  expect(graph).not.toMatch(/is-live|location|batch-size/)
  await world.pipeline.stop()
  expect(await world.pipeline.graph()).toBe('')
})
