import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SourceDescription } from '../index.ts'
import { detectorStage } from '../stage.ts'
import { makeFilm, makeFolder, startCamera } from './testing/camera.ts'
import { writeDetector } from './testing/tiny_model.ts'
import { pattern, source, startWorld } from './testing/world.ts'

function rtsp(url: string, more: { user?: string; password?: string; transport?: 'tcp' | 'udp' } = {}) {
  return { kind: 'rtsp' as const, url, transport: 'tcp' as const, latencyMs: 100, ...more }
}

async function failureOf(input: SourceDescription['input']) {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(input))
  return world.event(0, 'failed')
}

test('a file is decoded to its last frame and then ended', async () => {
  const path = await makeFilm(await makeFolder(onTestFinished), { frames: 50 })
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source({ kind: 'file', path, loop: false }, { policy: 'every-frame' }))
  await world.event(0, 'ended')
  expect(world.framesOf(0).map((frame) => frame.ptsNs)).toEqual(
    Array.from({ length: 50 }, (_, i) => BigInt(i) * 40_000_000n)
  )
  expect(world.events.map((event) => event.what)).toEqual(['connecting', 'linked', 'live', 'ended'])
  expect(world.events[1]).toMatchObject({ codec: 'h264', width: 320, height: 240 })
})

test('the rate of analysis changes while a source runs, from its next frame on', async () => {
  const world = await startWorld(onTestFinished)
  const { slot } = await world.pipeline.addSource(source(pattern(), { policy: 'every-frame', maxAnalysedFps: 0.001 }))
  const frameMs = 40n
  /** Time between frames, once it is that of the new rate. */
  const gapBecomes = (ms: bigint) => {
    const from = world.framesOf(slot).length
    return world.until(`a frame every ${ms} ms`, (w) => {
      const last = w
        .framesOf(slot)
        .slice(Math.max(0, from - 1))
        .slice(-6)
      const gaps = last.slice(1).map(({ ptsNs }, i) => (ptsNs - last[i]!.ptsNs) / 1_000_000n)
      return gaps.length === 5 && gaps.every((gap) => gap === ms)
    })
  }
  await world.until('the first frame', (w) => w.framesOf(slot).length === 1)
  // The next one would have come in a quarter of an hour.
  world.pipeline.setMaxAnalysedFps(slot, 0)
  await gapBecomes(frameMs)
  world.pipeline.setMaxAnalysedFps(slot, 5)
  await gapBecomes(5n * frameMs)
  world.pipeline.setMaxAnalysedFps(slot, 25)
  await gapBecomes(frameMs)
  expect(() => world.pipeline.setMaxAnalysedFps(slot, -1)).toThrow('expected a number from 0 for fps, received -1')
  expect(() => world.pipeline.setMaxAnalysedFps(3, 1)).toThrow('expected the slot of a source, received 3')
})

test('a looped file begins again and its timestamps go on', async () => {
  const path = await makeFilm(await makeFolder(onTestFinished), { frames: 10 })
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source({ kind: 'file', path, loop: true }, { policy: 'every-frame' }))
  const frames = await world.until('35 frames', (w) => w.framesOf(0).length >= 35 && w.framesOf(0))
  expect(frames.slice(0, 35).map((frame) => frame.ptsNs)).toEqual(
    Array.from({ length: 35 }, (_, i) => BigInt(i) * 40_000_000n)
  )
  expect(world.events.some((event) => event.what === 'ended')).toBe(false)
})

test('a file that is not there, and one that is no film, fail each in its own words', async () => {
  const folder = await makeFolder(onTestFinished)
  const garbage = join(folder, 'garbage.mp4')
  await writeFile(garbage, randomBytes(100_000))
  expect(await failureOf({ kind: 'file', path: join(folder, 'none.mp4'), loop: false })).toMatchObject({
    failure: 'not-found'
  })
  expect(await failureOf({ kind: 'file', path: garbage, loop: false })).toMatchObject({ failure: 'corrupt' })
})

test('a film without pictures is an unsupported codec, whether its sound fails or ends first', async () => {
  const path = await makeFilm(await makeFolder(onTestFinished), {
    frames: 25,
    encoder: 'x264enc ! fakesink audiotestsrc num-buffers=50 ! avenc_aac'
  })
  const world = await startWorld(onTestFinished)
  for (let i = 0; i < 50; i++) {
    const { slot, generation } = await world.pipeline.addSource(source({ kind: 'file', path, loop: false }))
    expect(await world.event(slot, 'failed', generation)).toMatchObject({ failure: 'unsupported-codec' })
    await world.pipeline.removeSource(slot)
  }
})

test('a codec without a decoder is named', async () => {
  const path = await makeFilm(await makeFolder(onTestFinished), { frames: 5, encoder: 'x265enc ! h265parse' })
  process.env.VEDETTE_DISABLE_DECODERS = 'avdec_h265,libde265dec'
  onTestFinished(() => void delete process.env.VEDETTE_DISABLE_DECODERS)
  expect(await failureOf({ kind: 'file', path, loop: false })).toMatchObject({
    failure: 'unsupported-codec',
    message: expect.stringContaining('h265')
  })
})

test.each(['tcp', 'udp'] as const)('an RTSP camera is seen over %s', async (transport) => {
  const camera = await startCamera(onTestFinished)
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(rtsp(camera.url, { transport })))
  await world.until('25 frames', (w) => w.framesOf(0).length >= 25)
  expect(await world.event(0, 'live')).toMatchObject({ codec: 'h264', width: 320, height: 240 })
  const stats = await world.until('a bit rate', (w) => w.stats.findLast((s) => (s.sources[0]?.bitsPerSecond ?? 0) > 0))
  expect(stats.sources[0]?.bitsPerSecond).toBeGreaterThan(1000)
})

test('a camera whose plug is pulled fails alone', async () => {
  const camera = await startCamera(onTestFinished)
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern(), { name: 'steady' }))
  await world.pipeline.addSource(source(rtsp(camera.url)))
  await world.event(1, 'live')
  await camera.kill()
  const over = await world.until('the end', (w) => w.events.find((e) => e.slot === 1 && /failed|ended/.test(e.what)))
  expect(over.failure ?? 'ended').toMatch(/^(refused|network|ended)$/)
  await world.pipeline.removeSource(1)
  const seen = world.framesOf(0).length
  await world.until('more frames of the other', (w) => w.framesOf(0).length > seen + 10)
  expect(world.framesOf(0).map((frame) => frame.ptsNs)).toEqual(
    world.framesOf(0).map((_, i) => BigInt(i) * 40_000_000n)
  )
  expect(world.errors).toEqual([])
})

test('a host that refuses, a name that does not resolve and a path that is not there are told apart', async () => {
  const listener = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  const { port } = listener.address() as { port: number }
  await new Promise((resolve) => listener.close(resolve))
  expect(await failureOf(rtsp(`rtsp://127.0.0.1:${port}/x`))).toMatchObject({ failure: 'refused' })
  expect(await failureOf(rtsp('rtsp://camera.invalid/x'))).toMatchObject({ failure: 'dns' })
  const camera = await startCamera(onTestFinished)
  expect(await failureOf(rtsp(`${camera.url}-of-another`))).toMatchObject({ failure: 'not-found' })
})

test('a camera that wants another password says unauthorized, and no credentials come out', async () => {
  const right = randomBytes(9).toString('base64')
  const camera = await startCamera(onTestFinished, { login: ['operator', right] })
  const world = await startWorld(onTestFinished)
  const wrong = `${randomBytes(9).toString('base64')}:@/%ä`
  await world.pipeline.addSource(source(rtsp(camera.url, { user: 'operator', password: wrong })))
  expect(await world.event(0, 'failed')).toMatchObject({ failure: 'unauthorized' })
  const said = JSON.stringify(world.events)
  for (const secret of ['operator', wrong, encodeURIComponent(wrong)]) expect(said).not.toContain(secret)
  await world.pipeline.removeSource(0)
  await world.pipeline.addSource(source(rtsp(camera.url, { user: 'operator', password: right })))
  await world.event(0, 'live', 2)
})

test("an element behind the mux that repeats a camera's password does not give it away", async () => {
  // Says its own name when it fails.
  const secret = 'ParseBlack'
  const model = writeDetector(await makeFolder(onTestFinished), 'refusing', 'GlobalAveragePool', secret)
  const world = await startWorld(onTestFinished, { stages: [detectorStage(model)] })
  const dead = rtsp('rtsp://127.0.0.1:1/x', { user: 'viewer', password: secret })
  await world.pipeline.addSource(source(dead, { name: 'dead', index: 1 }))
  await world.pipeline.addSource(source(pattern()))
  const error = await world.until('the fatal error', (w) => w.errors.find(({ fatal }) => fatal))
  expect(error).toMatchObject({
    code: 'model',
    element: 'infer-1',
    message: 'parse-bbox-func-name "***" refuses the outputs of the model'
  })
  expect(JSON.stringify(world.errors)).not.toContain(secret)
})

test('credentials in a URL are refused without being repeated', async () => {
  const world = await startWorld(onTestFinished)
  const refused = world.pipeline.addSource(source(rtsp('rtsp://admin:hunter2@127.0.0.1/x')))
  await expect(refused).rejects.toMatchObject({ code: 'argument' })
  await expect(refused).rejects.not.toThrow(/hunter2|admin/)
})
