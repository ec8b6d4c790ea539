import { decodeFrameBatch } from '@vedette/protocol'
import example from '@vedette/protocol/examples/up.frames/good-parts.json' with { type: 'json' }
import { expect, test } from 'vitest'
import { liveFrames } from './frames.ts'

function gateFrame() {
  const batch = decodeFrameBatch(Buffer.from(example.base64, 'base64'))
  const catalog = { v: 1 as const, hash: batch.catalog, cameras: ['gate'], classes: ['person', 'car'], model: null }
  return liveFrames(batch, catalog)!.get('gate')![0]!
}

test('a page gets attributes, mask and rotation with the object that they belong to', () => {
  expect(gateFrame().objects).toEqual([
    [41, 'car', 0.875, 0.4063, 0.2188, 0.0781, 0.3125, { attributes: [['red', 0.9375]] }],
    [43, 'person', 0.5, 0.125, 0.25, 0.0625, 0.2813, { mask: { width: 3, height: 2, runs: [0, 1, 1, 1, 0, 2] } }],
    [42, 'car', 0.4375, 0.75, 0.5, 0.1875, 0.125, { attributes: [['café au lait', 0.5]], rotation: 0.5 }]
  ])
})

test('a page gets what analytics of DeepStream counted, in the names of its configuration', () => {
  expect(gateFrame().analytics).toEqual({
    zones: [{ name: 'gate', objects: 2, isOvercrowded: true }],
    lines: [{ name: 'exit', crossings: 5_000_000_000 }],
    directions: [{ name: 'north', objects: 1 }]
  })
})
