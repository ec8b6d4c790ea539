// Instance segmentation, from an ONNX file to the masks on the wire: a net of our own that always sees the same object,
// whose left half belongs to it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addConstant, addIntegers, emptyGraph, importModel, writeOnnx } from '@vedette/model/convert'
import { createPipeline } from '@vedette/native'
import { detectorStage } from '@vedette/native/stage'
import { decodeFrameBatch, type Frame } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'

const LIMIT_MS = 60_000
const SIDE = 32
/** Centre and size in pixels of the input, scores of two classes, one coefficient for each prototype. */
const OBJECT = [16, 16, 16, 16, 0.1, 0.9, 8, -4]
const PROTOTYPES = 2
const CELLS = 8

test('a YOLOv8-seg model is imported, and what it says of an object is its box and which part of that belongs to it', {
  timeout: LIMIT_MS
}, async () => {
  const out = await mkdtemp(join(tmpdir(), 'vedette-masks-'))
  onTestFinished(() => rm(out, { recursive: true, force: true }))
  const files = { file: join(out, 'halves.onnx'), labels: join(out, 'names.txt') }
  await writeFile(files.file, halves())
  await writeFile(files.labels, 'person\ncar\n')
  const { folder } = await importModel({ ...files, parser: 'yolov8-seg', out })

  const frame = await firstAnalysed(join(folder, 'nvinfer.txt'))
  expect([...frame.classId]).toEqual([1])
  expect(frame.left[0]).toBeCloseTo(0.25, 2)
  expect(frame.boxWidth[0]).toBeCloseTo(0.5, 2)
  // Four by four cells under the box: two columns inside, from the first cell on, then two outside.
  expect(frame.masks.map(({ counts, ...rest }) => ({ ...rest, counts: [...counts] }))).toEqual([
    { object: 0, width: 4, height: 4, counts: [0, 8, 8] }
  ])
})

/** The first prototype is 1 on the left and -1 on the right, the second nothing. */
function halves(): Uint8Array {
  const graph = emptyGraph()
  graph.inputs.push({ name: 'picture', shape: [1, 3, SIDE, SIDE] })
  graph.outputs.push({ name: 'found', shape: [1, OBJECT.length, 1] })
  graph.outputs.push({ name: 'prototypes', shape: [1, PROTOTYPES, CELLS, CELLS] })
  const left = (_: unknown, i: number) => (i >= CELLS * CELLS ? 0 : i % CELLS < CELLS / 2 ? 1 : -1)
  const say = (name: string, values: number[], shape: number[]) => {
    const weights = addConstant(graph, [values.length, 3, 1, 1], new Float32Array(values.length * 3))
    const bias = addConstant(graph, [values.length], Float32Array.from(values))
    graph.nodes.push(
      { op: 'Conv', inputs: ['mean', weights, bias], outputs: [`${name}_flat`], attributes: {} },
      // 0 keeps the batch.
      { op: 'Reshape', inputs: [`${name}_flat`, addIntegers(graph, [0, ...shape])], outputs: [name], attributes: {} }
    )
  }
  graph.nodes.push({ op: 'GlobalAveragePool', inputs: ['picture'], outputs: ['mean'], attributes: {} })
  say('found', OBJECT, [OBJECT.length, 1])
  say('prototypes', Array.from({ length: PROTOTYPES * CELLS * CELLS }, left), [PROTOTYPES, CELLS, CELLS])
  return writeOnnx(graph, 'vedette')
}

async function firstAnalysed(config: string): Promise<Frame> {
  const { promise, resolve, reject } = Promise.withResolvers<Frame>()
  const pipeline = createPipeline(
    {
      ...{ family: 'cpu', maxSources: 1, batchedPushTimeoutUs: 40_000, width: 64, height: 64 },
      ...{ stages: [detectorStage(config)], tracker: null, inferThreads: 1 }
    },
    {
      frames: ({ bytes }) => resolve(decodeFrameBatch(bytes).frames[0]!),
      source: () => undefined,
      stats: () => undefined,
      error: ({ message }) => reject(new Error(message))
    }
  )
  onTestFinished(() => pipeline.stop())
  await pipeline.start()
  await pipeline.addSource({
    ...{ name: 'shapes', index: 0, policy: 'every-frame', maxAnalysedFps: 0 },
    input: { kind: 'test', width: 64, height: 64, fps: 10, shapes: 1, seed: 1 }
  })
  return promise
}
