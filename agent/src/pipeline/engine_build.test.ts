// Real elements and a real model: vdinfer under nvinfer's name keeps engines as nvinfer does.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { families, writeNvinfer } from '@vedette/model'
import { addConstant, addIntegers, emptyGraph, writeOnnx } from '@vedette/model/convert'
import { expect, onTestFinished, test } from 'vitest'
import { buildPipeline } from './channel/engine_config.ts'
import { buildEngine } from './engine_build.ts'
import { nativeFolder } from './native_folder.ts'

const LIMIT_MS = 120_000
const entry = fileURLToPath(new URL('./process/engine_main.ts', import.meta.url))
const settings = { family: 'deepstream', maxSources: 4, width: 640, height: 360, inferThreads: 1 } as const

/** A detector that always sees the same: its picture, averaged, and made into the layer of a tiny YOLOX. */
function package_(op = 'GlobalAveragePool'): string {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-build-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const graph = emptyGraph()
  graph.inputs.push({ name: 'picture', shape: [1, 3, 32, 32] })
  graph.outputs.push({ name: 'cells', shape: [1, 21, 7] })
  const weights = addConstant(graph, [147, 3, 1, 1], new Float32Array(147 * 3).fill(1 / 768))
  graph.nodes.push({ op, inputs: ['picture'], outputs: ['mean'], attributes: {} })
  graph.nodes.push({ op: 'Conv', inputs: ['mean', weights], outputs: ['mixed'], attributes: {} })
  graph.nodes.push({
    op: 'Reshape',
    inputs: ['mixed', addIntegers(graph, [-1, 21, 7])],
    outputs: ['cells'],
    attributes: {}
  })
  writeFileSync(join(folder, 'model.onnx'), writeOnnx(graph, 'test'))
  writeFileSync(join(folder, 'labels.txt'), 'person\ncar\n')
  const input = { channels: 3, height: 32, width: 32, layout: 'NCHW' } as const
  const engine = 'model.onnx_b4_gpu0_fp16.engine'
  const nvinfer = writeNvinfer({ family: 'yolox', input, classes: 2, ...families.yolox })
    .replace('libvedette_parsers.so', `${nativeFolder()}/libvedette_parsers_9.so`)
    .replace('batch-size=1', `batch-size=4\nmodel-engine-file=${engine}`)
  writeFileSync(join(folder, 'nvinfer.txt'), nvinfer)
  return folder
}

function build(folder: string, signal = new AbortController().signal) {
  const lines: string[] = []
  const files = { element: 'infer', config: join(folder, 'nvinfer.txt'), batchSize: 4 } as const
  const model = { ...files, name: 'tiny', version: '1.0.0', labels: ['person', 'car'] }
  const done = buildEngine(
    {
      entry,
      env: { VEDETTE_REGISTER_NV: '1' },
      pipeline: buildPipeline(settings, { ...model, task: 'detection' }),
      log: (line) => void lines.push(line)
    },
    signal
  )
  return { done, lines, said: (text: RegExp) => lines.some((line) => text.test(line)) }
}

const enginesIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.engine'))

test('an engine is built where the configuration names it, and loaded the next time', {
  timeout: LIMIT_MS
}, async () => {
  const folder = package_()
  const first = build(folder)
  await first.done
  expect(enginesIn(folder)).toEqual(['model.onnx_b4_gpu0_fp16.engine'])
  expect(first.said(/UID = 1\]: Trying to create engine from model files/)).toBe(true)
  const { mtimeMs } = statSync(join(folder, enginesIn(folder)[0]!))
  const second = build(folder)
  await second.done
  expect(second.said(/UID = 1\]: Use deserialized engine model/)).toBe(true)
  expect(statSync(join(folder, enginesIn(folder)[0]!)).mtimeMs).toBe(mtimeMs)
})

test('an engine that does not load is built again, and says so', { timeout: LIMIT_MS }, async () => {
  const folder = package_()
  const engine = join(folder, 'model.onnx_b4_gpu0_fp16.engine')
  writeFileSync(engine, 'of another GPU')
  const it = build(folder)
  await it.done
  expect(it.said(/deserialize backend context from engine from file :.* failed, try rebuild/)).toBe(true)
  expect(readFileSync(engine).length).toBeGreaterThan(100)
})

test('a model that cannot be built fails with the reason, and leaves no engine', { timeout: LIMIT_MS }, async () => {
  const folder = package_('NoSuchOperator')
  await expect(build(folder).done).rejects.toThrow(/NoSuchOperator/)
  expect(enginesIn(folder)).toEqual([])
})

test('a build that nobody wants any more ends at once', { timeout: LIMIT_MS }, async () => {
  const stop = new AbortController()
  const { done } = build(package_(), stop.signal)
  stop.abort(new Error('another model is wanted'))
  await expect(done).rejects.toThrow('another model is wanted')
  await expect(build(package_(), stop.signal).done).rejects.toThrow('another model is wanted')
})
