import { detectorStage } from '@vedette/native/stage'
import { decodeFrameBatch } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { config, isLive, startEngine, type World } from './testing/engine_world.ts'

const another = (does: string) => ({ stages: [detectorStage(does)], model: `${does} 1.0.0` })

/** Capture times of all frames of a camera that were passed on, in milliseconds, in their order. */
function capturedMs({ frames }: World, camera: number): number[] {
  return frames.flatMap(({ bytes }) =>
    decodeFrameBatch(bytes)
      .frames.filter((frame) => frame.camera === camera)
      .map(({ capturedUs }) => capturedUs / 1000)
  )
}

function longestGapMs(times: readonly number[]): number {
  return Math.max(...times.slice(1).map((time, i) => time - times[i]!))
}

async function liveWorld(names: string[], options = {}): Promise<World> {
  const world = startEngine(options)
  world.engine.apply(config(names))
  world.engine.start()
  await world.until('live cameras', () => names.every((name) => isLive(world, name)))
  await world.until('frames', () =>
    names.every((_, index) => world.frames.some(({ cameras }) => cameras.includes(index)))
  )
  return world
}

test('another model takes over beside the old one: no frame twice, none out of order, the gap told', {
  timeout: 30_000
}, async () => {
  const world = await liveWorld(['live-a', 'live-b'])
  const { pid } = world.engine.status
  let inCharge = 0
  world.engine.apply(config(['live-a', 'live-b'], another('good')), () => void inCharge++)
  expect(inCharge).toBe(0)
  await world.until('the switch', () => world.switches.length === 1)
  expect(inCharge).toBe(1)
  expect(world.engine.status).toMatchObject({ state: 'running', restarts: 0, reason: '' })
  expect(world.engine.status.pid).not.toBe(pid)
  expect(world.states.every(({ state }) => state === 'starting' || state === 'running')).toBe(true)
  const [change] = world.switches
  expect(change).toMatchObject({ model: 'good 1.0.0', wasBeside: true, missing: [] })
  for (const index of [0, 1]) {
    const times = capturedMs(world, index)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(new Set(times).size).toBe(times.length)
    expect(change?.gapsMs.get(index)).toBeLessThanOrEqual(Math.ceil(longestGapMs(times)))
  }
  // Never anything but live, from the first time on.
  expect(world.changes.filter(({ camera, was }) => camera === 'live-a' && was === 'live')).toEqual([])
})

test.for(['broken', 'aborts', 'blind'])(
  'a new pipeline that is %s costs the old one nothing',
  {
    timeout: 90_000
  },
  async (does, { expect }) => {
    const world = await liveWorld(['live-a'])
    const { pid } = world.engine.status
    world.engine.apply(config(['live-a'], another(does)))
    await world.until('the fall', () => world.falls.length > 0, 60_000)
    expect(world.falls[0]).toMatchObject({ isBeside: true })
    expect(world.engine.status).toMatchObject({ state: 'running', pid, restarts: 0 })
    expect(world.engine.status.reason).toContain('the one before it goes on')
    const seen = world.frames.length
    await world.until('more frames', () => world.frames.length > seen + 10)
    world.engine.apply(config(['live-a']))
    expect(world.engine.status).toMatchObject({ state: 'running', pid, reason: '' })
    expect(world.switches).toEqual([])
    expect(isLive(world, 'live-a')).toBe(true)
  }
)

test('a camera that allows one session only is let go by the old pipeline, and the others lose nothing', {
  timeout: 60_000
}, async () => {
  const world = await liveWorld(['live-a', 'lone-b'])
  world.engine.apply(config(['live-a', 'lone-b'], another('good')))
  await world.until('the switch', () => world.switches.length === 1, 45_000)
  const [change] = world.switches
  expect(change).toMatchObject({ wasBeside: true, missing: [] })
  expect(change!.gapsMs.get(1)).toBeGreaterThan(change!.gapsMs.get(0)!)
  await world.until('the camera live', () => isLive(world, 'lone-b'))
  expect(world.changes.filter(({ camera, was }) => camera === 'live-a' && was === 'live')).toEqual([])
})

test('without the memory for two it says so, ends the old one and then starts the new one', {
  timeout: 30_000
}, async () => {
  const whyCramped = () => Promise.resolve('There is not enough memory for two pipelines.')
  const world = await liveWorld(['live-a'], { whyCramped })
  const before = world.states.length
  world.engine.apply(config(['live-a'], another('good')))
  await world.until('the switch', () => world.switches.length === 1)
  expect(world.states[before]).toMatchObject({
    state: 'starting',
    reason: expect.stringContaining('not enough memory')
  })
  expect(world.switches[0]).toMatchObject({ wasBeside: false })
  expect(isLive(world, 'live-a')).toBe(true)
})

test('when the old pipeline dies the new one beside it takes its place at once', { timeout: 30_000 }, async () => {
  const world = await liveWorld(['live-a', 'lone-b'])
  world.engine.apply(config(['live-a', 'lone-b'], another('good')))
  await world.until('the new one to run', () => world.log.some((line) => line === 'pipeline runs good'))
  process.kill(world.engine.status.pid!, 'SIGSEGV')
  await world.until('the new model', () => world.running.includes('good 1.0.0'))
  await world.until('both cameras', () => isLive(world, 'live-a') && isLive(world, 'lone-b'))
  expect(world.engine.status).toMatchObject({ state: 'running', restarts: 1 })
  expect(world.states.some(({ state }) => state === 'backing_off')).toBe(false)
})

test('cameras are added, removed and changed while another pipeline comes', { timeout: 30_000 }, async () => {
  const world = await liveWorld(['live-a', 'live-b'])
  world.engine.apply(config(['live-a', 'live-b'], another('good')))
  await world.until('the new one to run', () => world.log.some((line) => line === 'pipeline runs good'))
  world.engine.apply(config(['live-a', 'silent', 'live-c'], another('good')))
  expect([...world.engine.cameras.keys()]).not.toContain('live-b')
  await world.until('the switch', () => world.running.includes('good 1.0.0'))
  await world.until('the added camera', () => isLive(world, 'live-c'))
  expect(isLive(world, 'live-a')).toBe(true)
})
