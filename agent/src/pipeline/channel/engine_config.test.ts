import type { Camera } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { type EngineConfigInput, engineConfig, heldStages, type StageModel, stagesOf } from './engine_config.ts'

const door: Camera = {
  name: 'Door',
  enabled: true,
  source: { kind: 'rtsp', url: 'rtsp://10.0.0.1/live', transport: 'tcp', latencyMs: 200 },
  detection: { enabled: true, maxFps: 5, minConfidence: 0, classes: [] },
  frames: 'leased'
}

const live = { network: 'n', engineFile: null }

function stage(name: string, labels: string[]): StageModel {
  return { name, version: '1.0.0', labels, element: 'infer', config: `/m/${name}.txt`, batchSize: 16, ...live }
}

function input(part: Partial<EngineConfigInput> = {}): EngineConfigInput {
  return {
    cameras: { door },
    analysis: { model: 'people', interval: 2, tracker: 'default' },
    model: stage('nanodet', ['person', 'bicycle', 'car']),
    secondaries: [],
    compared: null,
    indexOf: () => 7,
    passwordOf: () => undefined,
    settings: { family: 'auto', maxSources: 16, width: 1280, height: 720, inferThreads: 2 },
    ...part
  }
}

test('gives a camera its index, its credential and its own pace', () => {
  const config = engineConfig(input({ passwordOf: () => ({ user: 'u', password: 'p' }) }))
  expect(config.cameras.door!.source).toMatchObject({ name: 'door', index: 7, maxAnalysedFps: 5, motion: 'off' })
  expect(config.cameras.door!.source.input).toMatchObject({ kind: 'rtsp', user: 'u', password: 'p' })
  expect(config.cameras.door!.filter).toBeNull()
  expect(config).toMatchObject({ interval: 2, pipeline: { model: 'nanodet 1.0.0', tracker: 'default' } })
})

test('where motion does not count is told in cells, to a camera that looks for motion', () => {
  const masks: Camera['masks'] = {
    motion: [
      [
        [0, 0],
        [1, 0],
        [1, 0.5],
        [0, 0.5]
      ]
    ]
  }
  const auto = { ...door, masks, detection: { ...door.detection, motion: 'auto' } as Camera['detection'] }
  const { cameras } = engineConfig(input({ cameras: { door: { ...door, masks }, auto } }))
  expect(cameras.door!.source.motionMask).toBeUndefined()
  expect(cameras.auto!.source.motionMask).toBe('1'.repeat(64 * 18) + '0'.repeat(64 * 18))
})

test('a film may ask for every frame; a camera that does not say is in real time', () => {
  const source = { kind: 'file', path: '/a.mp4', loop: false, policy: 'every-frame' } as const
  const { film, door: live } = engineConfig(input({ cameras: { door, film: { ...door, source } } })).cameras
  expect([film!.source.policy, live!.source.policy]).toEqual(['every-frame', 'realtime'])
  expect(film!.source.input).toEqual({ kind: 'file', path: '/a.mp4', loop: false })
})

test("a sub-stream is analysed and the main stream shown, both with the camera's credential", () => {
  const detectUrl = 'rtsp://10.0.0.1/small'
  const two = { ...door, source: { ...door.source, detectUrl } as Camera['source'] }
  const config = engineConfig(
    input({ cameras: { door, two, off: { ...two, enabled: false } }, passwordOf: () => ({ user: 'u', password: 'p' }) })
  )
  const { source, main } = config.cameras.two!
  const login = { user: 'u', password: 'p' }
  expect(source).toMatchObject({ name: 'two', input: { url: detectUrl, ...login } })
  expect(main).toMatchObject({
    name: 'two/main',
    purpose: 'pictures',
    input: { url: 'rtsp://10.0.0.1/live', ...login }
  })
  expect([config.cameras.door!.main, config.cameras.off!.main]).toEqual([null, null])
})

test('turns labels into class indices and forgets labels that the model does not have', () => {
  const detection = { enabled: true, maxFps: 0, minConfidence: 0.4, classes: ['car', 'unicorn'] }
  const config = engineConfig(input({ cameras: { door: { ...door, detection } } }))
  expect(config.cameras.door!.filter).toEqual({ minConfidence: 0.4, classes: [2] })
})

test('reports nothing of a camera whose detection is off', () => {
  const config = engineConfig(
    input({ cameras: { door: { ...door, detection: { ...door.detection, enabled: false } } } })
  )
  expect(config.cameras.door!.filter).toEqual({ minConfidence: 0, classes: [] })
  expect(config.cameras.door!.source.maxAnalysedFps).toBeLessThan(0.01)
})

test('tracks nothing without a model', () => {
  expect(engineConfig(input({ model: null })).pipeline).toMatchObject({ stages: [], model: null, tracker: null })
})

test('a model on objects becomes a stage after the detector, with class indices of the detector', () => {
  const colour = stage('colour', ['red', 'blue'])
  const make = stage('make', ['a', 'b'])
  const { stages } = engineConfig(
    input({
      secondaries: [
        { model: colour, classes: ['car', 'unicorn'] },
        { model: make, classes: [] }
      ]
    })
  ).pipeline
  expect(stages).toMatchObject([
    { id: 1, mode: 'primary', on: null, config: '/m/nanodet.txt', batchSize: 16 },
    { id: 2, mode: 'secondary', on: { stage: 1, classes: [2] }, config: '/m/colour.txt' },
    { id: 3, mode: 'secondary', on: { stage: 1, classes: [] }, config: '/m/make.txt' }
  ])
})

test('secondary stages are held where nothing is classified, the others are not', () => {
  const config = engineConfig(input({ secondaries: [{ model: stage('colour', ['red']), classes: [] }] }))
  expect(heldStages(config)).toEqual([])
  expect(heldStages({ ...config, classifies: false })).toEqual([2])
})

test('the jitter buffer is left to us only where the settings do not say how long it is', () => {
  const { latencyMs: _, ...source } = door.source as Extract<Camera['source'], { kind: 'rtsp' }>
  const silent = { ...door, source }
  const film = { ...door, source: { kind: 'file', path: '/a.mp4', loop: false } as const }
  const { cameras } = engineConfig(input({ cameras: { door, silent, film } }))
  expect(Object.values(cameras).map(({ adaptsLatency }) => adaptsLatency)).toEqual([false, true, false])
  expect(cameras.silent!.source.input).toMatchObject({ latencyMs: 200 })
})

test('a model on objects that the detector does not know is left out, and without a detector so are all', () => {
  const secondaries = [{ model: stage('colour', ['red']), classes: ['unicorn'] }]
  expect(engineConfig(input({ secondaries })).pipeline.stages).toHaveLength(1)
  expect(engineConfig(input({ model: null, secondaries })).pipeline.stages).toEqual([])
})

test('a compared model is a shadow on the same frames, its classes named by the labels of the detector', () => {
  const compared = { model: stage('ssd', ['car', 'unicorn', 'person']), interval: 9 }
  const config = engineConfig(input({ compared }))
  expect(config.pipeline.stages).toHaveLength(2)
  expect(config.pipeline.stages[1]).toMatchObject({
    ...{ id: 16, mode: 'primary', on: null, config: '/m/ssd.txt', interval: 9 },
    shadow: { classes: [2, -1, 0] }
  })
  expect(stagesOf(config).map(({ interval }) => interval)).toEqual([2, 9])
  expect(stagesOf({ ...config, compares: false })[1]?.interval).toBe(0x7fff_ffff)
  expect(engineConfig(input({ model: null, compared })).pipeline.stages).toEqual([])
})

test.each([
  [5, 0, 5],
  [5, 3, 3],
  [5, 30, 5],
  [0, 30, 30],
  [0, 0, 0]
])('of a camera that asks for %d frames a second on a box that allows %d, %d are analysed', (asked, allowed, fps) => {
  const camera = { ...door, detection: { ...door.detection, maxFps: asked } }
  const { cameras } = engineConfig(
    input({ cameras: { door: camera }, settings: { ...input().settings, maxFps: allowed } })
  )
  expect(cameras.door!.source.maxAnalysedFps).toBe(fps)
})

test('what the box says of batches and memory goes to the pipeline, what it does not say is left to the elements', () => {
  const settings = { ...input().settings, batchSize: 4, batchTimeoutMs: 12.5, bufferPoolSize: 8, extraSurfaces: 2 }
  expect(engineConfig(input({ settings })).pipeline).toMatchObject({
    ...{ batchSize: 4, bufferPoolSize: 8, extraSurfaces: 2 },
    ...{ batchedPushTimeoutUs: 12_500, pushTimeoutIsFixed: true }
  })
  const silent = { ...input().settings, batchSize: null, batchTimeoutMs: null, bufferPoolSize: null }
  const { pipeline } = engineConfig(input({ settings: silent }))
  expect(pipeline.batchedPushTimeoutUs).toBe(40_000)
  for (const key of ['batchSize', 'bufferPoolSize', 'extraSurfaces', 'pushTimeoutIsFixed'])
    expect(pipeline).not.toHaveProperty(key)
})
