import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { families, parseIni, writeNvinfer } from '@vedette/model'
import { expect, onTestFinished, test } from 'vitest'
import { EngineBuilds, type EngineBuildsOptions } from './engine_builds.ts'
import { EngineCache } from './engine_cache.ts'
import type { InferMachine } from './machine.ts'
import type { StoredModel } from './store.ts'
import { t4 } from './testing/machines.ts'

const input = { channels: 3, height: 416, width: 416, layout: 'NCHW' } as const
const nvinfer = writeNvinfer({ family: 'nanodet', input, classes: 2, ...families.nanodet })
const never = new AbortController().signal

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'vedette-engines-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

function stored(letter: string, part: Partial<StoredModel> = {}): StoredModel {
  const packed = folder()
  writeFileSync(join(packed, 'model.onnx'), `weights of ${letter}`)
  writeFileSync(join(packed, 'labels.txt'), 'person\ncar\n')
  return {
    ...{ sha256: letter.repeat(64), name: letter, version: '1.0.0', task: 'detection', labels: ['person', 'car'] },
    ...{ folder: packed, onnxSha256: letter.repeat(64), nvinfer, hasCalibration: false },
    ...part
  }
}

/** nvinfer, as far as a build shows: it writes an engine beside the model, under a name of its own making. */
function startBuilds(part: { machine?: InferMachine; directory?: string; limitBytes?: number; suffix?: string } = {}) {
  const { machine = t4, directory = folder(), limitBytes = 1e9, suffix = '' } = part
  const cache = new EngineCache({ directory, machine, parsers: '/opt/vedette', detectorBatch: 16, limitBytes })
  const built: string[] = []
  const told: string[] = []
  const work: { build: EngineBuildsOptions['build'] } = {
    build(model) {
      built.push(model.name)
      const onnx = parseIni(readFileSync(model.config, 'utf8')).get('property')!.get('onnx-file')!
      writeFileSync(`${onnx}_b16_gpu0_fp16${suffix}.engine`, 'an engine')
      return Promise.resolve()
    }
  }
  const builds = new EngineBuilds({
    cache,
    build: (model, log, signal) => work.build(model, log, signal),
    changed: () => void told.push(...[...builds.building.values()].map(({ words }) => words)),
    log: { info: () => undefined, warn: (message) => void told.push(message) }
  })
  return { builds, built, told, work, directory, cache }
}

const ignored = () => undefined

test('an engine is built once, where nvinfer looks for it, and is there after a restart', async () => {
  const it = startBuilds()
  const model = stored('a')
  expect(it.builds.isBuilt(model)).toBe(false)
  await it.builds.build(model, ignored, never)
  expect(it.builds.isBuilt(model)).toBe(true)
  const { config, engineFile, batchSize } = it.builds.filesOf(model)
  const property = parseIni(readFileSync(config, 'utf8')).get('property')!
  expect(property.get('model-engine-file')).toBe(engineFile)
  expect(existsSync(engineFile!)).toBe(true)
  expect({ batchSize, inFile: property.get('batch-size') }).toEqual({ batchSize: 16, inFile: '16' })
  expect(readFileSync(property.get('onnx-file')!, 'utf8')).toBe('weights of a')
  expect(JSON.parse(readFileSync(join(config, '../key.json'), 'utf8'))).toMatchObject({
    gpu: 'Tesla T4',
    batchSize: 16
  })
  await it.builds.build(model, ignored, never)
  const again = startBuilds({ directory: it.directory })
  await again.builds.start([model])
  expect(again.builds.isBuilt(model)).toBe(true)
  expect([it.built, again.built]).toEqual([['a'], []])
})

test('another GPU, TensorRT, DeepStream, batch or weights need another engine', async () => {
  const it = startBuilds()
  await it.builds.build(stored('a'), ignored, never)
  const machines = [
    { ...t4, gpu: { ...t4.gpu, name: 'A10', computeCapability: '8.6' } },
    { ...t4, tensorrt: '10.9.0' },
    { ...t4, deepstream: '8.0' }
  ]
  for (const machine of machines) {
    const other = startBuilds({ directory: it.directory, machine })
    await other.builds.start([stored('a')])
    expect(other.builds.isBuilt(stored('a'))).toBe(false)
  }
  expect(it.builds.isBuilt(stored('a', { onnxSha256: 'b'.repeat(64) }))).toBe(false)
})

test('packages that differ only in their thresholds share an engine, each with a file of its own', async () => {
  const it = startBuilds()
  const strict = stored('b', { onnxSha256: 'a'.repeat(64), nvinfer: nvinfer.replace('threshold=0.4', 'threshold=0.6') })
  await it.builds.build(stored('a'), ignored, never)
  await it.builds.build(strict, ignored, never)
  expect(it.built).toEqual(['a'])
  const [first, second] = [stored('a'), strict].map((model) => it.builds.filesOf(model))
  expect(second!.engineFile).toBe(first!.engineFile)
  expect(readFileSync(first!.config, 'utf8')).toContain('pre-cluster-threshold=0.4')
  expect(readFileSync(second!.config, 'utf8')).toContain('pre-cluster-threshold=0.6')
  expect(second!.network).not.toBe(first!.network)
})

test('an engine under another name is found, moved to where nvinfer looks, and told', async () => {
  const it = startBuilds({ suffix: '_profile2' })
  await it.builds.build(stored('a'), ignored, never)
  expect(it.builds.isBuilt(stored('a'))).toBe(true)
  expect(it.told.join()).toMatch(/written as model\.onnx_b16_gpu0_fp16_profile2\.engine, and renamed/)
})

test('an engine that was cut off by a power cut is built again', async () => {
  const it = startBuilds()
  await it.builds.build(stored('a'), ignored, never)
  truncateSync(it.builds.filesOf(stored('a')).engineFile!, 3)
  const again = startBuilds({ directory: it.directory })
  await again.builds.start([stored('a')])
  expect(again.builds.isBuilt(stored('a'))).toBe(false)
  await again.builds.build(stored('a'), ignored, never)
  expect(again.built).toEqual(['a'])
})

test('a build says how far it is, and why it failed in the words of TensorRT', async () => {
  const it = startBuilds()
  const said = (text: string) =>
    `0:00:01 1 0x5 INFO nvinfer NvDsInferContext[UID 1]: Info from f() <x> [UID = 1]: ${text}`
  it.work.build = (_, log) => {
    log(said('Trying to create engine from model files'))
    log('ERROR: [TRT]: 4: the operator Foo is not supported')
    return Promise.reject(new Error('The pipeline failed.'))
  }
  await expect(it.builds.build(stored('a'), ignored, never)).rejects.toThrow(
    'the engine of model a 1.0.0 could not be built: The pipeline failed. (4: the operator Foo is not supported)'
  )
  expect(it.told).toEqual([
    'Building its engine for 16 pictures at once in FP16.',
    'Building its engine for 16 pictures at once in FP16. TensorRT reads the model.'
  ])
  expect(it.builds.building.size).toBe(0)
  expect(it.builds.isBuilt(stored('a'))).toBe(false)
})

test('a build that writes nothing has failed', async () => {
  const it = startBuilds()
  it.work.build = () => Promise.resolve()
  await expect(it.builds.build(stored('a'), ignored, never)).rejects.toThrow(/expected an engine at .*found none/)
})

test('what cannot be built is tried twice, over restarts too, and again after another model was wanted', async () => {
  const directory = folder()
  const tries: string[] = []
  const attempt = async () => {
    const it = startBuilds({ directory })
    it.work.build = (model) => {
      tries.push(model.name)
      return Promise.reject(new Error('Foo is not supported'))
    }
    await it.builds.start([stored('a')])
    const failure = await it.builds.build(stored('a'), ignored, never).catch((error: Error) => error.message)
    return { builds: it.builds, failure }
  }
  await attempt()
  await attempt()
  const { failure, builds } = await attempt()
  expect(tries).toEqual(['a', 'a'])
  expect(failure).toBe(
    "the engine of model a 1.0.0 could not be built: Foo is not supported. That was tried 2 times and is not tried again: assign another model, or this one's next version."
  )
  await builds.collect([stored('a')])
  await attempt()
  expect(tries).toHaveLength(2)
  await builds.collect([stored('b')])
  await attempt()
  expect(tries).toHaveLength(3)
})

test('a build that is broken off is no failure', async () => {
  const it = startBuilds()
  for (let i = 0; i < 3; i++) {
    const stop = new AbortController()
    it.work.build = (_model, _log, signal) => {
      stop.abort(new Error('a newer one has arrived'))
      return Promise.reject(signal.reason)
    }
    await expect(it.builds.build(stored('a'), ignored, stop.signal)).rejects.toThrow('a newer one')
  }
})

test('old engines go when there is no room, oldest first, but never one that is kept', async () => {
  const it = startBuilds()
  for (const letter of ['a', 'b', 'c']) await it.builds.build(stored(letter), ignored, never)
  const there = () => ['a', 'b', 'c'].filter((letter) => it.builds.isBuilt(stored(letter)))
  await it.builds.collect([])
  expect(there()).toEqual(['a', 'b', 'c'])
  const entry = join(it.builds.filesOf(stored('a')).config, '..')
  const tight = startBuilds({ directory: it.directory, limitBytes: 1 })
  await tight.builds.collect([stored('a'), stored('c')])
  expect(there()).toEqual(['a', 'c'])
  expect(basename(entry)).toMatch(/^[0-9a-f]{32}$/)
})
