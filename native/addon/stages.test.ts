import { join } from 'node:path'
import { decodeFrameBatch } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import type { InferStage } from '../index.ts'
import { detectorStage } from '../stage.ts'
import { makeFolder } from './testing/camera.ts'
import { writeClassifier, writeDetector, writeModel } from './testing/tiny_model.ts'
import { makeWorld, pattern, source, startWorld, type World } from './testing/world.ts'

const SIZE = { width: 64, height: 48 }

/** A camera of one colour that runs until the test ends. */
async function colour(world: World, rgb: [number, number, number]): Promise<void> {
  const { slot } = await world.pipeline.addSource(
    source({ kind: 'push', ...SIZE, format: 'RGB' }, { policy: 'every-frame' })
  )
  const pixels = Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, i) => rgb[i % 3]!)
  let number = 0
  const timer = setInterval(() => world.pipeline.push(slot, pixels, BigInt(++number) * 20_000_000n), 20)
  onTestFinished(() => clearInterval(timer))
}

const statsOf = (world: World) => world.stats.at(-1)

const secondary = (config: string): InferStage =>
  detectorStage(config, { id: 2, mode: 'secondary', on: { stage: 1, classes: [1] } })
const shadow = (config: string, interval = 0): InferStage =>
  detectorStage(config, { id: 3, interval, shadow: { classes: [-1, 1] } })

test('a detector, a tracker, a classifier and a shadow run in a row, and each tells what it does', async () => {
  const folder = await makeFolder(onTestFinished)
  const detector = writeDetector(folder)
  const stages = [detectorStage(detector), secondary(writeClassifier(folder)), shadow(detector, 1)]
  const world = await startWorld(onTestFinished, { stages, tracker: 'default' })
  await colour(world, [255, 0, 0])
  const stats = await world.until('all stages at work', (w) => {
    const last = statsOf(w)
    return last?.stages.every(({ frames }) => frames >= 10) ? last : null
  })
  expect(stats.stages.map(({ id }) => id)).toEqual([1, 2, 3])
  for (const { inferMs, latencyMsP50, latencyMsP99 } of stats.stages) {
    expect(inferMs).toBeGreaterThan(0)
    expect(latencyMsP50).toBeGreaterThan(0)
    expect(latencyMsP99).toBeGreaterThanOrEqual(latencyMsP50)
  }
  const [first, , third] = stats.stages
  expect(third!.frames / first!.frames).toBeCloseTo(0.5, 1)
  const { frames } = decodeFrameBatch(Buffer.concat(world.framesOf(0).map(({ entry }) => entry)))
  const tracked = frames.slice(10)
  expect(tracked.length).toBeGreaterThan(10)
  // The shadow finds the same object: it is compared, not reported.
  for (const frame of tracked) expect(frame.left).toHaveLength(1)
  expect(new Set(tracked.flatMap(({ trackId }) => [...trackId])).size).toBe(1)
  expect(world.errors).toEqual([])
})

test('a secondary that is held looks at nothing, the other stages go on, and afterwards it looks again', async () => {
  const folder = await makeFolder(onTestFinished)
  const stages = [detectorStage(writeDetector(folder)), secondary(writeClassifier(folder))]
  const world = await startWorld(onTestFinished, { stages, tracker: 'default' })
  await colour(world, [255, 0, 0])
  const labelsOf = ({ entry }: { entry: Buffer }) =>
    decodeFrameBatch(entry).frames.flatMap(({ attributes }) => attributes.map(({ label }) => label))
  const later = (what: string, isLabelled: boolean) => {
    const from = world.framesOf(0).length
    return world.until(what, (w) => {
      const last = w.framesOf(0).slice(from).slice(-20)
      return last.length === 20 && last.every((frame) => labelsOf(frame).length > 0 === isLabelled) && last
    })
  }
  await later('labels', true)
  world.pipeline.setHeld(2, true)
  const held = await later('frames without labels', false)
  expect(held.every(({ objects }) => objects === 1)).toBe(true)
  const nextStats = () => {
    const known = world.stats.length
    return world.until('statistics', (w) => w.stats.length > known && w.stats.at(-1)?.stages)
  }
  const [before, after] = [await nextStats(), await nextStats()]
  expect(after[0]!.batches).toBeGreaterThan(before[0]!.batches)
  expect(after[1]).toMatchObject({ batches: before[1]!.batches, inferMs: -1 })
  world.pipeline.setHeld(2, false)
  await later('labels again', true)
  const { frames } = decodeFrameBatch(Buffer.concat(world.framesOf(0).map(({ entry }) => entry)))
  expect(new Set(frames.slice(10).flatMap(({ trackId }) => [...trackId])).size).toBe(1)
  expect(() => world.pipeline.setHeld(1, true)).toThrow(
    'expected the id of a secondary stage of this pipeline, received 1'
  )
})

test('a shadow that agrees matches every object', async () => {
  const detector = writeDetector(await makeFolder(onTestFinished))
  const world = await startWorld(onTestFinished, { stages: [detectorStage(detector), shadow(detector)] })
  await colour(world, [255, 255, 255])
  const comparison = await world.until('a comparison of 20 frames', (w) => {
    const found = statsOf(w)?.comparison
    return found && found.frames >= 20 ? found : null
  })
  const { frames } = comparison
  expect(comparison.perClass).toEqual([{ class: 1, first: frames, shadow: frames, matched: frames }])
  expect(comparison.iouMean).toBeCloseTo(1, 3)
})

test('a shadow that sees what the first does not is told apart, frames without objects count', async () => {
  const folder = await makeFolder(onTestFinished)
  const stages = [detectorStage(writeDetector(folder)), shadow(writeDetector(folder, 'brightest', 'GlobalMaxPool'))]
  const world = await startWorld(onTestFinished, { stages })
  // Dark on the whole, with bright shapes: only the largest value is above the threshold.
  await world.pipeline.addSource(source(pattern({ shapes: 3 })))
  const comparison = await world.until('a comparison of 20 frames', (w) => {
    const found = statsOf(w)?.comparison
    return found && found.frames >= 20 ? found : null
  })
  expect(comparison.perClass).toHaveLength(1)
  expect(comparison.perClass[0]).toMatchObject({ class: 1, first: 0, matched: 0 })
  expect(comparison.perClass[0]!.shadow).toBeGreaterThan(0)
  expect(world.framesOf(0).every(({ objects }) => objects === 0)).toBe(true)
  expect(comparison.iouMean).toBe(-1)
})

test('another model takes a running one’s place without a frame lost', async () => {
  const folder = await makeFolder(onTestFinished)
  const world = await startWorld(onTestFinished, { stages: [detectorStage(writeDetector(folder))] })
  const { slot } = await world.pipeline.addSource(source(pattern({ shapes: 3 }), { policy: 'every-frame' }))
  await world.until('10 frames', (w) => w.framesOf(slot).length >= 10)
  expect(world.framesOf(slot).every(({ objects }) => objects === 0)).toBe(true)
  const engineFile = writeModel(join(folder, 'brightest.onnx'), { pool: 'GlobalMaxPool' })
  await world.pipeline.updateModel(1, { engineFile })
  await world.until('objects of the new model', (w) => w.framesOf(slot).at(-1)?.objects === 1)
  const seen = world.framesOf(slot).map(({ ptsNs }) => ptsNs)
  expect(seen).toEqual(seen.map((_, i) => (seen[0] ?? 0n) + BigInt(i) * 40_000_000n))
})

test('a model that does not fit is refused in words, and the old one goes on', async () => {
  const folder = await makeFolder(onTestFinished)
  const world = await startWorld(onTestFinished, { stages: [detectorStage(writeDetector(folder))] })
  await colour(world, [255, 255, 255])
  await world.until('objects', (w) => w.framesOf(0).some(({ objects }) => objects === 1))
  const engineFile = writeModel(join(folder, 'small.onnx'), { width: 8 })
  await expect(world.pipeline.updateModel(1, { engineFile })).rejects.toMatchObject({
    code: 'model',
    message: expect.stringMatching(/small\.onnx' was not taken: .*sees pictures of 8x8, expected 16x8/)
  })
  await expect(world.pipeline.updateModel(1, { config: '/nowhere/x.txt' })).rejects.toThrow('which cannot be read')
  // What the element warns of is told, the same words once.
  await expect(world.pipeline.updateModel(1, { engineFile })).rejects.toThrow('was not taken')
  const warnings = world.errors.filter(({ message }) => message.includes('small.onnx'))
  expect(warnings).toMatchObject([{ fatal: false, code: 'element', element: 'infer-1' }])
  const count = world.framesOf(0).length
  await world.until(
    'objects of the old model',
    (w) => w.framesOf(0).length > count && w.framesOf(0).at(-1)?.objects === 1
  )
})

test('an update of a pipeline that stops is told so, one of no stage is refused', async () => {
  const detector = writeDetector(await makeFolder(onTestFinished))
  const world = makeWorld({ stages: [detectorStage(detector)] })
  await expect(world.pipeline.updateModel(1, { config: detector })).rejects.toThrow('expected a running pipeline')
  await world.pipeline.start()
  await expect(world.pipeline.updateModel(4, { config: detector })).rejects.toThrow('received 4')
  await expect(world.pipeline.updateModel(1, {})).rejects.toThrow('expected either engineFile or config')
  const update = world.pipeline.updateModel(1, { config: detector }).then(
    () => 'taken',
    (error: Error) => error.message
  )
  await world.pipeline.stop()
  expect(await update).toMatch(/^taken$|the pipeline was stopped meanwhile|was not taken/)
})

test.each([
  [[shadow('a')], 'expected a detector as the first stage, received the shadow stage 3'],
  [[detectorStage('a'), detectorStage('b', { id: 2 })], 'its objects would mix'],
  [[detectorStage('a'), detectorStage('b')], 'received 1 twice'],
  [[detectorStage('a'), shadow('b'), { ...shadow('c'), id: 4 }], 'expected one shadow at most'],
  [[detectorStage('a'), { ...secondary('b'), on: { stage: 7, classes: [] } }], 'expected the id of an earlier stage'],
  [[detectorStage('a', { element: 'inferserver' })], 'Triton runs in family deepstream only'],
  [[detectorStage('a', { id: 256 })], 'expected a whole number from 1 to 255 for id, received 256']
])('stages that make no sense are refused by name: %#', (stages, message) => {
  expect(() => makeWorld({ stages })).toThrow(message)
})
