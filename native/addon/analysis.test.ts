import { createRequire } from 'node:module'
import { decodeFrameBatch, eachRun, type Frame } from '@vedette/protocol'
import { expect, test } from 'vitest'
import type { Frames, PipelineHandlers, SourceDescription } from '../index.ts'

// Metadata as each class of DeepStream releases lays it out, read and packed by the addon's own code.

interface Load {
  add(source: SourceDescription): { slot: number; generation: number }
  run(isRunning: boolean): void
}
type OpenLoad = (plan: Record<string, unknown>, handlers: PipelineHandlers) => Load

const { openLoad } = createRequire(import.meta.url)('../build/metadata_load.node') as { openLoad: OpenLoad }

async function oneFrame(plan: { abi: string; hasParts: boolean }): Promise<Frame> {
  const { promise, resolve } = Promise.withResolvers<Frames>()
  const nothing = () => undefined
  const handlers = { frames: resolve, source: nothing, stats: nothing, error: nothing }
  const load = openLoad({ cameras: 1, fps: 25, objects: 3, batchFrames: 1, ...plan }, handlers)
  const input = { kind: 'test' as const, width: 64, height: 64, fps: 25, shapes: 1, seed: 1 }
  load.add({ name: 'camera', index: 0, input, policy: 'realtime', maxAnalysedFps: 0 })
  load.run(true)
  const { bytes, offsets } = await promise
  load.run(false)
  return decodeFrameBatch(Buffer.from(bytes.subarray(0, offsets[1]))).frames[0]!
}

test.each(['A0', 'A', 'B', 'C', 'D'])('all that objects carry in class %s is packed', async (abi) => {
  const frame = await oneFrame({ abi, hasParts: true })
  const plain =
    frame.attributes.length === 0 ? -1 : [0, 1, 2].find((i) => frame.attributes.every((one) => one.object !== i))!
  const others = [0, 1, 2].filter((i) => i !== plain)
  const label = `caf? é${'-'.repeat(200)}`
  // DeepStream prepends: the last label of an object comes first.
  expect(frame.attributes).toEqual(
    others.flatMap((object) => [
      { object, stage: 2, label, probability: 0.5 },
      { object, stage: 2, label: 'red', probability: 0.75 }
    ])
  )
  expect(frame.objectAnalytics).toEqual(
    others.map((object) => ({
      object,
      stage: 17,
      regions: ['gate', 'ramp'],
      overcrowded: ['gate'],
      lines: ['exit'],
      direction: 'north'
    }))
  )
  expect(frame.sceneAnalytics).toEqual([
    {
      stage: 17,
      objectsInRegion: new Map([['gate', 2]]),
      overcrowded: new Map([
        ['gate', true],
        ['ramp', false]
      ]),
      crossings: new Map([['exit', 1]]),
      crossingsTotal: new Map([['exit', 5_000_000_000]]),
      objectsOfClass: new Map([[1, 2]])
    }
  ])
  // The fields that came with later releases.
  const turned = others.map((object) => frame.trackId[object]! * 0.25)
  expect(others.map((object) => frame.rotation[object] ?? 0)).toEqual(
    abi === 'D' ? turned.map((by) => expect.closeTo(by, 5)) : [0, 0]
  )
  expect(frame.rotation[plain] ?? 0).toBe(0)
  const hasOwn = abi !== 'A0'
  expect(others.map((object) => frame.trackerConfidence[object])).toEqual(
    hasOwn ? [0.625, 0.625] : [undefined, undefined]
  )
  expect(frame.masks.map(({ object }) => object)).toEqual(hasOwn ? others : [])
  for (const mask of frame.masks) {
    expect(mask).toMatchObject({ width: 3, height: 4, counts: Uint32Array.of(5, 1, 2, 4) })
    const runs: number[][] = []
    eachRun(mask, (x, y, length) => runs.push([x, y, length]))
    expect(runs).toEqual([
      [1, 1, 1],
      [2, 0, 4]
    ])
  }
})

test('frames of plain detections are packed without any of it', async () => {
  const { classId, attributes, masks, rotation, trackerConfidence, objectAnalytics, sceneAnalytics, sentUs } =
    await oneFrame({ abi: 'D', hasParts: false })
  expect(classId).toHaveLength(3)
  expect({ attributes, masks, objectAnalytics, sceneAnalytics, sentUs }).toEqual({
    attributes: [],
    masks: [],
    objectAnalytics: [],
    sceneAnalytics: [],
    sentUs: 0
  })
  expect([rotation.length, trackerConfidence.length]).toEqual([0, 0])
})
