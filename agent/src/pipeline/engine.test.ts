import { detectorStage } from '@vedette/native/stage'
import { expect, test } from 'vitest'
import { config, isLive, startEngine } from './testing/engine_world.ts'

test('runs the cameras of a configuration and passes their frames on', { timeout: 30_000 }, async () => {
  const world = startEngine()
  world.engine.apply(config(['live-a', 'live-b', 'denied']))
  world.engine.start()
  await world.until('two live cameras', () => isLive(world, 'live-a') && isLive(world, 'live-b'))
  await world.until('a denied camera', () => world.engine.cameras.get('denied')?.state === 'auth_failed')
  await world.until('frames of both', () =>
    world.frames.some(({ cameras }) => cameras.includes(0) && cameras.includes(1))
  )
  expect(world.engine.status).toMatchObject({ state: 'running', restarts: 0 })
})

test('starts again after SIGKILL, with the same cameras', { timeout: 30_000 }, async () => {
  const world = startEngine()
  world.engine.apply(config(['live-a']))
  world.engine.start()
  await world.until('a live camera', () => isLive(world, 'live-a'))
  const killed = world.engine.status.pid!
  process.kill(killed, 'SIGKILL')
  await world.until('backing off', () => world.engine.status.state === 'backing_off')
  expect(world.engine.cameras.get('live-a')?.state).toBe('backing_off')
  expect(world.engine.status.reason).toContain('SIGKILL')
  await world.until('the camera back', () => isLive(world, 'live-a'))
  expect(world.engine.status).toMatchObject({ state: 'running', restarts: 1 })
  expect(world.engine.status.pid).not.toBe(killed)
})

test('touches only the cameras that differ', { timeout: 30_000 }, async () => {
  const world = startEngine()
  const detecting = { stages: [detectorStage('/models/x/nvinfer.txt')] }
  world.engine.apply(config(['live-a', 'live-b'], detecting))
  world.engine.start()
  await world.until('live cameras', () => isLive(world, 'live-a') && isLive(world, 'live-b'))
  const { pid } = world.engine.status
  world.changes.length = 0
  const next = config(['live-a', 'gone', 'live-c'], detecting)
  delete next.cameras.gone
  world.engine.apply({ ...next, interval: 4 })
  await world.until('the new camera', () => isLive(world, 'live-c'))
  await world.until('the interval', () => world.log.some((line) => line.startsWith('interval 4')))
  expect(world.engine.cameras.has('live-b')).toBe(false)
  expect(new Set(world.changes.map(({ camera }) => camera))).toEqual(new Set(['live-c']))
  expect(world.engine.status.pid).toBe(pid)
})

test('holds secondary models and lowers the rate of a camera while both run', { timeout: 30_000 }, async () => {
  const world = startEngine()
  const secondary = { id: 2, mode: 'secondary' as const, on: { stage: 1, classes: [] } }
  const stages = [detectorStage('/models/x/nvinfer.txt'), detectorStage('/models/y/nvinfer.txt', secondary)]
  const asked = config(['live-a'], { stages })
  world.engine.apply({ ...asked, classifies: false })
  world.engine.start()
  await world.until('a live camera', () => isLive(world, 'live-a'))
  await world.until('held from the start', () => world.log.includes('stage 2 held'))
  world.changes.length = 0
  const slower = structuredClone(asked)
  slower.cameras['live-a']!.source.maxAnalysedFps = 5
  world.engine.apply(slower)
  await world.until('the stage at work', () => world.log.includes('stage 2 let go'))
  await world.until('the rate', () => world.log.includes('slot 0 at 5 frames a second'))
  expect(world.changes).toEqual([])
  expect(world.log.filter((line) => line.startsWith('stage'))).toEqual(['stage 2 held', 'stage 2 let go'])
})

test('keeps credentials of an engine log line out of its own log', { timeout: 30_000 }, async () => {
  const world = startEngine()
  const detecting = config(['live-a'], { stages: [detectorStage('/models/x/nvinfer.txt')] })
  world.engine.apply(detecting)
  world.engine.start()
  await world.until('a live camera', () => isLive(world, 'live-a'))
  world.engine.apply({ ...detecting, interval: 1 })
  await world.until('the line', () => world.log.some((line) => line.startsWith('interval 1')))
  expect(world.log.join()).not.toContain('hunter2')
})

test('gives another model a process of its own', { timeout: 30_000 }, async () => {
  const world = startEngine()
  world.engine.apply(config(['live-a']))
  world.engine.start()
  await world.until('a live camera', () => isLive(world, 'live-a'))
  const { pid } = world.engine.status
  world.engine.apply(config(['live-a'], { stages: [detectorStage('/models/x/nvinfer.txt')], model: 'x 1.0.0' }))
  await world.until('the new model', () => world.running.includes('x 1.0.0') && isLive(world, 'live-a'))
  expect(world.engine.status).toMatchObject({ state: 'running', restarts: 0 })
  expect(world.engine.status.pid).not.toBe(pid)
})

test('tells of a model that does not start, and runs the next configuration', { timeout: 30_000 }, async () => {
  const world = startEngine()
  world.engine.apply(config(['live-a'], { stages: [detectorStage('broken')], model: 'broken 1.0.0' }))
  world.engine.start()
  await world.until('the error', () => world.errors.includes('model'))
  await world.until('backing off', () => world.engine.status.state === 'backing_off')
  expect(world.engine.status.reason).toContain('the model has no inputs')
  world.engine.apply(config(['live-a']))
  await world.until('a live camera', () => isLive(world, 'live-a'))
})

test('survives a native abort', { timeout: 30_000 }, async () => {
  const world = startEngine()
  world.engine.apply(config(['live-a']))
  world.engine.start()
  await world.until('a live camera', () => isLive(world, 'live-a'))
  world.engine.apply(config(['live-a', 'aborts']))
  await world.until('backing off', () => world.engine.status.state === 'backing_off')
  world.engine.apply(config(['live-a']))
  await world.until('the camera back', () => isLive(world, 'live-a'))
  expect(world.engine.status.restarts).toBeGreaterThanOrEqual(1)
})

test('kills an engine that hangs', { timeout: 40_000 }, async () => {
  const world = startEngine()
  world.engine.apply(config(['live-a']))
  world.engine.start()
  await world.until('a live camera', () => isLive(world, 'live-a'))
  world.engine.apply(config(['live-a', 'hangs']))
  await world.until('backing off', () => world.engine.status.state === 'backing_off')
  expect(world.engine.status.reason).toContain('did not answer for 10 s')
})

test('gives pictures to a tap, over a restart too, and a snapshot on demand', { timeout: 30_000 }, async () => {
  const world = startEngine()
  const widths: number[] = []
  world.engine.tap({ camera: 'live-a', width: 320, maxFps: 5 }, ({ width }) => void widths.push(width))
  world.engine.apply(config(['live-a']))
  world.engine.start()
  await world.until('a picture', () => widths.length > 0)
  expect(widths[0]).toBe(320)
  await expect(world.engine.snapshot('live-a', { limitMs: 2_000 })).resolves.toMatchObject({
    camera: 'live-a',
    height: 360
  })
  await expect(world.engine.snapshot('nobody', { limitMs: 2_000 })).rejects.toThrow('nobody')
  world.engine.restart('asked for')
  await world.until('the engine back', () => world.running.length === 2)
  widths.length = 0
  await world.until('a picture again', () => widths.length > 0)
  expect(world.engine.status.restarts).toBe(0)
})

test('ends its process when it is stopped', { timeout: 30_000 }, async () => {
  const world = startEngine()
  world.engine.apply(config(['live-a']))
  world.engine.start()
  await world.until('a live camera', () => isLive(world, 'live-a'))
  const pid = world.engine.status.pid!
  await world.engine.stop()
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  expect(world.engine.status.state).toBe('stopped')
})
