import { detectorStage } from '@vedette/native/stage'
import { expect, test } from 'vitest'
import { config, isLive, startEngine } from '../testing/engine_world.ts'
import type { StageNetwork } from './engine_config.ts'
import { swapsBetween } from './model_swap.ts'

function running(model: string, network: StageNetwork = { network: 'a', engineFile: null }) {
  return { stages: [detectorStage(model)], networks: [network], model: `${model} 1.0.0`, tracker: 'default' }
}

test('a model of the same network takes the place of the one that runs, by its engine where it has one', () => {
  const before = config(['door'], running('old'))
  expect(swapsBetween(before, config(['door'], running('new')))).toEqual([{ stage: 1, update: { config: 'new' } }])
  const built = config(['door'], running('new', { network: 'a', engineFile: '/e/new.engine' }))
  expect(swapsBetween(before, built)).toEqual([{ stage: 1, update: { engineFile: '/e/new.engine' } }])
})

test.each([
  ['of another network', running('new', { network: 'b', engineFile: null })],
  ['that takes no other', running('new', { network: null, engineFile: null })],
  ['with another tracker', { ...running('new'), tracker: null }],
  ['with another stage behind it', { ...running('new'), stages: [detectorStage('new'), detectorStage('x', { id: 2 })] }]
])('a model %s needs another pipeline', (_, pipeline) => {
  expect(swapsBetween(config(['door'], running('old')), config(['door'], pipeline))).toBeNull()
})

async function liveEngine() {
  const world = startEngine()
  world.engine.apply(config(['live-a'], running('old')))
  world.engine.start()
  await world.until('a live camera', () => isLive(world, 'live-a') && world.running.includes('old 1.0.0'))
  return { world, pid: world.engine.status.pid }
}

test('the process goes on with the model that was put into it', { timeout: 60_000 }, async () => {
  const { world, pid } = await liveEngine()
  let inCharge = 0
  world.engine.apply(config(['live-a'], running('new')), () => void inCharge++)
  await world.until('the new model', () => world.running.includes('new 1.0.0'))
  expect(world.engine.status).toMatchObject({ state: 'running', reason: '', restarts: 0, pid })
  expect({ inCharge, switches: world.switches, isLive: isLive(world, 'live-a') }).toEqual({
    ...{ inCharge: 1, switches: [], isLive: true }
  })
})

test('a model that does not go into the running pipeline gets one of its own beside', { timeout: 60_000 }, async () => {
  const { world, pid } = await liveEngine()
  world.engine.apply(config(['live-a'], running('unloadable')))
  await world.until('the switch', () => world.switches.length === 1, 30_000)
  expect(world.switches).toMatchObject([{ model: 'unloadable 1.0.0', wasBeside: true, missing: [] }])
  expect(world.engine.status.pid).not.toBe(pid)
  expect(world.log.join()).toContain('could not be put into the pipeline that runs: the model has another size')
})
