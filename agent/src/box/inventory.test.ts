import { fileURLToPath } from 'node:url'
import { check, Inventory } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { readMachine } from '../host/machine.ts'
import { fakeTree } from '../host/testing/fake_tree.ts'
import { treeAt } from '../host/tree.ts'
import { unknownPipeline } from '../report/engine_words.ts'
import { BoxInventory } from './inventory.ts'

const addon = fileURLToPath(new URL('../pipeline/testing/misbehaving_addon.ts', import.meta.url))

test('the inventory tells the platform at once, then the engine, then what the examination finds', {
  timeout: 60_000
}, async () => {
  const modes: [number, string][] = [[0, '15W']]
  const { root, remove } = fakeTree({
    deepstream: '7.1.0',
    l4t: '36.4.3',
    tensorrt: '10.3.0.30',
    power: { status: 'pmode:0000', modes }
  })
  onTestFinished(remove)
  const told: Inventory[] = []
  const troubles: string[] = []
  const inventory = new BoxInventory({
    agentVersion: '0.1.0',
    publicKey: Buffer.alloc(32, 1).toString('base64'),
    machine: await readMachine(treeAt(root), 'arm64', AbortSignal.timeout(20_000)),
    addon,
    settledMs: 200,
    publish: (found) => void told.push(check(Inventory, found, 'up/inventory')),
    trouble: (message) => void troubles.push(message)
  })
  onTestFinished(() => inventory.stop())
  await inventory.start()
  expect(told[0]).toMatchObject({
    hardware: { gpu: 'Orin (tegra234)' },
    platform: { kind: 'jetson', l4t: 'R36.4.3', tensorrt: '10.3.0.30', computeCapability: '8.7', powerMode: '15W' }
  })
  expect(told[0]?.findings).toBeUndefined()
  inventory.engineSaid({ ...unknownPipeline, gstreamer: '1.20.3' })
  await expect
    .poll(() => told.find(({ pipeline }) => pipeline.gstreamer === '1.20.3'), { timeout: 20_000 })
    .toBeDefined()
  await expect.poll(() => told.at(-1)?.findings, { timeout: 40_000 }).toBeDefined()
  expect(told.at(-1)?.pipeline).toMatchObject({ gstreamer: '1.20.3', encoders: { h264: ['opens'] } })
  expect(told.at(-1)?.findings).toContainEqual({
    check: 'decoder h264',
    state: 'wrong',
    found: 'none',
    remedy: expect.stringContaining('gstreamer1.0-libav')
  })
  expect(troubles).toEqual([])
})
