import { fileURLToPath } from 'node:url'
import type { SourceInput } from '@vedette/native'
import { decodeFrameBatch } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import type { EngineCamera, EngineConfig } from './channel/engine_config.ts'
import type { CameraChange, EngineFrames, EngineStats } from './channel/status.ts'
import { Engine } from './engine.ts'

const entry = fileURLToPath(new URL('./process/engine_main.ts', import.meta.url))
const moving: SourceInput = { kind: 'test', width: 640, height: 360, fps: 25, shapes: 3, seed: 1 }

function config(inputs: Record<string, SourceInput>): EngineConfig {
  const cameras = Object.entries(inputs).map(([name, input], index): [string, EngineCamera] => {
    const source = { name, index, input, policy: 'realtime' as const, maxAnalysedFps: 0 }
    return [name, { enabled: true, source, filter: null }]
  })
  return {
    pipeline: {
      family: 'cpu',
      maxSources: 8,
      batchedPushTimeoutUs: 40_000,
      width: 640,
      height: 360,
      stages: [],
      model: null,
      tracker: null,
      inferThreads: 1
    },
    interval: 0,
    compares: true,
    classifies: true,
    cameras: Object.fromEntries(cameras)
  }
}

/** The engine with the real addon. */
function startEngine(first: EngineConfig, env: Record<string, string> = {}) {
  const frames: EngineFrames[] = []
  const changes: CameraChange[] = []
  const seen: { stats: EngineStats | null } = { stats: null }
  const nothing = () => undefined
  const engine = new Engine(
    { entry, env, log: nothing, random: () => 0 },
    {
      frames: (some) => void frames.push(some),
      camera: (change) => void changes.push(change),
      stats: (stats) => {
        seen.stats = stats
      },
      state: nothing,
      error: nothing,
      running: nothing,
      fell: nothing,
      switched: nothing,
      adapted: nothing,
      capabilities: nothing
    }
  )
  onTestFinished(() => engine.stop())
  engine.apply(first)
  engine.start()
  const state = (camera: string, wanted: string) =>
    expect.poll(() => engine.cameras.get(camera)?.state, { timeout: 20_000 }).toBe(wanted)
  return { engine, frames, changes, seen, state }
}

test('decodes, packs and counts the frames of real pipelines', { timeout: 60_000 }, async () => {
  const { engine, frames, seen, state } = startEngine(config({ a: moving, b: { ...moving, seed: 2 } }))
  await state('a', 'live')
  await state('b', 'live')
  await expect.poll(() => frames.flatMap(({ cameras }) => [...cameras]).length, { timeout: 20_000 }).toBeGreaterThan(50)
  const some = frames.at(-1)!
  const first = decodeFrameBatch(some.bytes.subarray(0, some.offsets[1])).frames[0]!
  expect(first.camera).toBe(some.cameras[0])
  expect(first.ptsNs).toBe(some.ptsNs[0])
  expect(first).toMatchObject({ width: 640, height: 360 })
  await expect.poll(() => seen.stats?.cameras.a?.framesDecoded, { timeout: 20_000 }).toBeGreaterThan(20)
  const picture = await engine.snapshot('a', { width: 320, limitMs: 5_000 })
  expect(picture).toMatchObject({ width: 320, height: 180 })
  expect([...picture.jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8])
})

test('keeps one camera without a gap while others come, fail and go', { timeout: 60_000 }, async () => {
  const { engine, seen, state, changes } = startEngine(config({ a: moving }))
  await state('a', 'live')
  const dead: SourceInput = { kind: 'rtsp', url: 'rtsp://127.0.0.1:1/none', transport: 'tcp', latencyMs: 100 }
  engine.apply(config({ a: moving, b: moving, dead }))
  await state('b', 'live')
  await state('dead', 'backing_off')
  engine.apply(config({ a: moving }))
  const decoded = seen.stats?.cameras.a?.framesDecoded ?? 0
  await expect.poll(() => seen.stats?.cameras.a?.framesDecoded, { timeout: 20_000 }).toBeGreaterThan(decoded + 30)
  expect(seen.stats?.cameras.a?.ptsGaps).toBe(0)
  expect(
    changes.filter(({ camera, state }) => camera === 'a' && state !== 'connecting').map(({ state }) => state)
  ).toEqual(['live'])
  expect([...engine.cameras.keys()]).toEqual(['a'])
})

test('brings real cameras back after SIGKILL', { timeout: 60_000 }, async () => {
  const { engine, frames, state } = startEngine(config({ a: moving }))
  await state('a', 'live')
  process.kill(engine.status.pid!, 'SIGKILL')
  await state('a', 'backing_off')
  await state('a', 'live')
  frames.length = 0
  await expect.poll(() => frames.length, { timeout: 20_000 }).toBeGreaterThan(0)
  expect(engine.status.restarts).toBe(1)
})

test('refuses metadata laid out as no known DeepStream does, and says what it saw', { timeout: 60_000 }, async () => {
  const { engine, frames } = startEngine(config({ a: moving }), { VEDETTE_ABI_CLASS: '560/240' })
  await expect.poll(() => engine.status.state, { timeout: 20_000 }).toBe('backing_off')
  expect(engine.status.reason).toContain('an object takes 560 bytes and a frame 240')
  expect(engine.status.reason).toContain('552/232 (DeepStream 9.0 to 9.2)')
  expect(engine.status.reason).toContain('install a supported DeepStream version')
  expect(frames).toEqual([])
})

test('starts again when the mux hangs in letting a camera go, and all cameras are back', {
  timeout: 60_000
}, async () => {
  const { engine, changes, state } = startEngine(config({ a: moving, b: moving }), { VEDETTE_MUX_HANGS_AT: 'sink_1' })
  await state('a', 'live')
  await state('b', 'live')
  engine.apply(config({ a: moving, c: moving }))
  await state('c', 'live')
  await state('a', 'backing_off')
  const lost = changes.filter((change) => change.camera === 'a' && change.state === 'backing_off')
  expect(lost.map(({ reason }) => reason)).toEqual([expect.stringContaining("'b' was not released within 6000 ms")])
  for (const camera of ['a', 'c']) await state(camera, 'live')
  expect(engine.status.restarts).toBe(1)
})
