// A detector and a classifier in a row, from their packages to the frames that leave the pipeline: SSD finds people on
// real footage, and a small net of our own says of each whether its pixels are mostly dark or bright.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseManifest } from '@vedette/model'
import { addConstant, addIntegers, emptyGraph, importModel, readPackageFolder, writeOnnx } from '@vedette/model/convert'
import { createPipeline } from '@vedette/native'
import { detectorStage } from '@vedette/native/stage'
import { decodeFrameBatch, type Frame } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { type RunningBox, startBox } from '../world/box.ts'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import { eventually } from '../world/wait.ts'

const SSD = join(cacheDir(), 'models/ssd-mobilenet-v2-oid-1.0.0')
const LIMIT_MS = 180_000
const FRAMES = 60
const CLASSIFIER = 2

/** Mean of all pixels, m in 0…1: softmax of (0, 100 (m - 0.45)), so dark below and bright above. */
function brightness(last = 'Softmax'): Uint8Array {
  const graph = emptyGraph()
  graph.inputs.push({ name: 'picture', shape: [1, 3, 16, 16] })
  graph.outputs.push({ name: 'probabilities', shape: [1, 2] })
  const third = 100 / 3
  const weights = addConstant(graph, [2, 3, 1, 1], Float32Array.of(0, 0, 0, third, third, third))
  const bias = addConstant(graph, [2], Float32Array.of(0, -45))
  graph.nodes.push(
    { op: 'GlobalAveragePool', inputs: ['picture'], outputs: ['mean'], attributes: {} },
    { op: 'Conv', inputs: ['mean', weights, bias], outputs: ['scores'], attributes: {} },
    { op: 'Reshape', inputs: ['scores', addIntegers(graph, [-1, 2])], outputs: ['flat'], attributes: {} },
    { op: last, inputs: ['flat'], outputs: ['probabilities'], attributes: { axis: 1 } }
  )
  return writeOnnx(graph, 'vedette')
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-secondary-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function brightnessPackage(model = brightness()): Promise<string> {
  const out = await newFolder()
  await writeFile(join(out, 'brightness.onnx'), model)
  await writeFile(join(out, 'names.txt'), 'dark\nbright\n')
  const files = { file: join(out, 'brightness.onnx'), labels: join(out, 'names.txt') }
  const { folder } = await importModel({ ...files, parser: 'classifier', out })
  return folder
}

test('a classifier from a package says more of the people that a detector finds, and of nothing else', {
  timeout: LIMIT_MS
}, async () => {
  const classifier = await brightnessPackage()
  const { labels } = parseManifest((await readPackageFolder(SSD)).manifest)
  const person = labels.indexOf('person')
  const frames = await analyse([
    detectorStage(join(SSD, 'nvinfer.txt')),
    detectorStage(join(classifier, 'nvinfer.txt'), {
      ...{ id: CLASSIFIER, mode: 'secondary', on: { stage: 1, classes: [person] } }
    })
  ])
  const said = frames.flatMap((frame) =>
    frame.attributes.map((attribute) => ({ ...attribute, classId: frame.classId[attribute.object] }))
  )
  expect(said.length).toBeGreaterThan(FRAMES / 4)
  for (const { stage, label, classId, probability } of said) {
    expect({ stage, classId }).toEqual({ stage: CLASSIFIER, classId: person })
    expect(['dark', 'bright']).toContain(label)
    expect(probability).toBeGreaterThan(0.5)
  }
})

test('a box whose classifier does not load runs without it, says why, and remembers it over a restart', {
  timeout: LIMIT_MS
}, async () => {
  const broken = await brightnessPackage(brightness('Softmoon'))
  const dir = await newFolder()
  const start = () =>
    startBox({
      ...{ dir, id: 'gate' },
      settings: {
        models: [SSD, broken],
        cameras: { path: { source: { kind: 'test' } } },
        analysis: { secondaries: [{ model: 'brightness', classes: [] }] }
      }
    })
  const runsWithout = (box: RunningBox) =>
    eventually('a live camera and why the classifier is left out', 60_000, async () => {
      const { cameras, engine, reasons } = await healthOf(box)
      const isLeftOut = reasons.some((reason) => /brightness 1\.0\.0 was rolled back\. .*Softmoon/.test(reason))
      return cameras.path?.state === 'live' && engine.state === 'running' && isLeftOut
    })
  const first = await start()
  onTestFinished(() => first.stop())
  await runsWithout(first)
  await first.stop()
  const second = await start()
  onTestFinished(() => second.stop())
  await runsWithout(second)
  // Nothing had to fall for it.
  expect((await healthOf(second)).engine.restarts).toBe(0)
  expect(second.process.lines.filter((line) => line.includes('cannot be loaded'))).toEqual([])
})

interface Health {
  reasons: string[]
  engine: { state: string; restarts: number }
  cameras: Record<string, { state: string }>
}

async function healthOf(box: RunningBox): Promise<Health> {
  const port = /"port":(\d+)/.exec(await box.process.line(/"port":\d+/))?.[1]
  return (await (await fetch(`http://127.0.0.1:${port}/health`)).json()) as Health
}

/** The first frames of the footage. */
async function analyse(stages: Parameters<typeof createPipeline>[0]['stages']): Promise<Frame[]> {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  const found: Frame[] = []
  const pipeline = createPipeline(
    {
      family: 'cpu',
      ...{ maxSources: 1, batchedPushTimeoutUs: 40_000, width: 768, height: 576 },
      ...{ stages, tracker: 'default', inferThreads: 1 }
    },
    {
      frames(frames) {
        found.push(...decodeFrameBatch(frames.bytes).frames)
        if (found.length >= FRAMES) resolve()
      },
      source: (event) => {
        if (event.what === 'failed') reject(new Error(`${event.failure}: ${event.message}`))
      },
      stats: () => undefined,
      error: (error) => reject(new Error(error.message))
    }
  )
  onTestFinished(() => pipeline.stop())
  await pipeline.start()
  await pipeline.addSource({
    ...{ name: 'vtest', index: 0, policy: 'every-frame', maxAnalysedFps: 0 },
    input: { kind: 'file', path: FOOTAGE, loop: false }
  })
  await done
  return found.slice(0, FRAMES)
}
