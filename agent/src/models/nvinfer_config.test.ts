import { families, parseIni, writeClassifier, writeNvinfer } from '@vedette/model'
import { expect, test } from 'vitest'
import { digestOf, engineKey } from './engine_key.ts'
import { type BoxConfigInput, boxConfig, dlaCoreFor, precisionFor } from './nvinfer_config.ts'
import { orin, t4 } from './testing/machines.ts'

const input = { channels: 3, height: 416, width: 416, layout: 'NCHW' } as const
const nanodet = writeNvinfer({ family: 'nanodet', input, classes: 80, ...families.nanodet })

const files = { onnx: '/e/model.onnx', labels: '/e/labels.txt', calibration: null }

function propertyOf(part: Partial<BoxConfigInput> = {}): Record<string, string> {
  const text = boxConfig({
    ...{ nvinfer: nanodet, task: 'detection', machine: t4, batchSize: 16, precision: 'fp16', dlaCore: null },
    ...{ files, parsers: '/opt/vedette' },
    ...part
  })
  return Object.fromEntries(parseIni(text).get('property') ?? [])
}

test.each([
  ['6.1', 'libvedette_parsers.so'],
  ['6.2', 'libvedette_parsers.so'],
  ['6.3', 'libvedette_parsers.so'],
  ['6.4', 'libvedette_parsers.so'],
  ['7.0', 'libvedette_parsers.so'],
  ['7.1.0', 'libvedette_parsers.so'],
  ['8.0', 'libvedette_parsers.so'],
  ['9.0', 'libvedette_parsers_9.so'],
  ['9.1.0', 'libvedette_parsers_9.so'],
  ['9.2', 'libvedette_parsers_9.so']
])('on DeepStream %s objects are parsed by %s, and everything nvinfer must be told is there', (deepstream, library) => {
  for (const machine of [t4, orin, { ...t4, platform: 'sbsa' as const }]) {
    expect(propertyOf({ machine: { ...machine, deepstream } })).toMatchObject({
      'custom-lib-path': `/opt/vedette/${library}`,
      'parse-bbox-func-name': 'NvDsInferParseCustomNanoDet',
      'cluster-mode': '2',
      'infer-dims': '3;416;416',
      'onnx-file': '/e/model.onnx',
      'model-engine-file': '/e/model.onnx_b16_gpu0_fp16.engine',
      'labelfile-path': '/e/labels.txt',
      'batch-size': '16',
      'network-mode': '2',
      'gpu-id': '0',
      'symmetric-padding': '0'
    })
  }
})

test('thresholds and other groups stay as the package says them', () => {
  const text = boxConfig({
    ...{ nvinfer: nanodet, task: 'detection', machine: t4, batchSize: 1, precision: 'fp32', dlaCore: null },
    ...{ files, parsers: '/opt/vedette' }
  })
  expect(parseIni(text).get('class-attrs-all')).toEqual(parseIni(nanodet).get('class-attrs-all'))
})

test.each([
  ['crop-objects-to-roi-boundary', '6.1', '6.2'],
  ['disable-output-host-copy', '6.1', '6.2'],
  ['auto-inc-mem', '6.2', '6.3'],
  ['dump-input-tensor', '6.3', '6.4'],
  ['raw-output-file-write', '6.4', '7.0'],
  ['parse-segmentation-func-name', '7.1', '8.0'],
  ['strongly-typed', '8.0', '9.0'],
  ['warmup-engine', '8.0', '9.2']
])('%s is left out on %s and stays on %s', (key, without, having) => {
  const nvinfer = nanodet.replace('[property]\n', `[property]\n${key}=1\n`)
  const on = (deepstream: string) => propertyOf({ nvinfer, machine: { ...t4, deepstream } })
  expect(on(without)).not.toHaveProperty(key)
  expect(on(having)).toHaveProperty(key, '1')
})

test('what only some machines have is left out on the others', () => {
  const nvinfer = nanodet.replace('[property]\n', '[property]\nforce-implicit-batch-dim=1\nscaling-compute-hw=2\n')
  expect(propertyOf({ nvinfer, machine: { ...t4, tensorrt: '8.6.1' } })).toHaveProperty('force-implicit-batch-dim')
  expect(propertyOf({ nvinfer, machine: t4 })).not.toHaveProperty('force-implicit-batch-dim')
  expect(propertyOf({ nvinfer, machine: t4 })).not.toHaveProperty('scaling-compute-hw')
  expect(propertyOf({ nvinfer, machine: orin })).toHaveProperty('scaling-compute-hw', '2')
})

test('a parser that the package brings itself is left alone', () => {
  const nvinfer = nanodet.replace('libvedette_parsers.so', '/opt/site/libtheirs.so')
  expect(propertyOf({ nvinfer })).toHaveProperty('custom-lib-path', '/opt/site/libtheirs.so')
})

test('a detector without cluster-mode gets one, because the default of nvinfer needs OpenCV', () => {
  expect(propertyOf({ nvinfer: nanodet.replace('cluster-mode=2\n', '') })).toHaveProperty('cluster-mode', '2')
})

test('a classifier gets neither parser nor clustering', () => {
  const nvinfer = writeClassifier({
    type: 'colour',
    input,
    preprocessing: families.yolov8.preprocessing,
    threshold: 0.6
  })
  const property = propertyOf({ nvinfer, task: 'classification', batchSize: 4 })
  expect(property).toMatchObject({ 'network-type': '1', 'process-mode': '2', 'classifier-threshold': '0.6' })
  expect(property).toHaveProperty('model-engine-file', '/e/model.onnx_b4_gpu0_fp16.engine')
  for (const key of ['custom-lib-path', 'cluster-mode']) expect(property).not.toHaveProperty(key)
})

const asking = (mode: number, more = '') => nanodet.replace('network-mode=2\n', `network-mode=${mode}\n${more}`)
const gpu = (computeCapability: string | null) => ({ ...t4, gpu: { ...t4.gpu, computeCapability } })

test.each([
  ['FP32 as asked', asking(0), t4, false, 'fp32'],
  ['FP16 as asked', asking(2), t4, false, 'fp16'],
  ['FP16 on a GPU that does not tell', asking(2), gpu(null), false, 'fp16'],
  ['FP32 for FP16 on Pascal', asking(2), gpu('6.1'), false, 'fp32'],
  ['INT8 with a calibration', asking(1), t4, true, 'int8'],
  ['INT8 with a calibration on Pascal', asking(1), gpu('6.1'), true, 'int8'],
  ['FP16 for INT8 without a calibration', asking(1), t4, false, 'fp16'],
  ['FP16 for INT8 on a Jetson Nano', asking(1), gpu('5.3'), true, 'fp16'],
  ['FP16 for the best', asking(3), t4, false, 'fp16']
] as const)('computes in %s', (_, nvinfer, machine, hasCalibration, precision) => {
  expect(precisionFor(nvinfer, machine, hasCalibration)).toBe(precision)
})

test('the calibration goes along with INT8 only', () => {
  const calibrated = { files: { ...files, calibration: '/e/calibration.txt' } }
  expect(propertyOf({ ...calibrated, precision: 'int8' })).toMatchObject({
    'network-mode': '1',
    'int8-calib-file': '/e/calibration.txt',
    'model-engine-file': '/e/model.onnx_b16_gpu0_int8.engine'
  })
  expect(propertyOf({ ...calibrated, precision: 'fp16' })).not.toHaveProperty('int8-calib-file')
})

test('an accelerator is used where the package asks for one and the machine has it', () => {
  const asked = asking(2, 'enable-dla=1\nuse-dla-core=1\n')
  expect(dlaCoreFor(asked, orin, 'fp16')).toBe(1)
  expect(dlaCoreFor(asked, { ...orin, dlaCores: 1 }, 'fp16')).toBe(0)
  expect(dlaCoreFor(asked, t4, 'fp16')).toBeNull()
  expect(dlaCoreFor(asked, orin, 'fp32')).toBeNull()
  expect(dlaCoreFor(nanodet, orin, 'fp16')).toBeNull()
  expect(propertyOf({ nvinfer: asked, machine: orin, dlaCore: 1 })).toMatchObject({
    'enable-dla': '1',
    'use-dla-core': '1',
    'model-engine-file': '/e/model.onnx_b16_dla1_fp16.engine'
  })
  expect(propertyOf({ nvinfer: asked, machine: t4 })).not.toHaveProperty('enable-dla')
})

test('an engine is for one model, GPU, TensorRT, DeepStream, precision and batch', () => {
  const build = { precision: 'fp16', batchSize: 16, dlaCore: null } as const
  const digest = digestOf(engineKey('a'.repeat(64), t4, build))
  expect(digestOf(engineKey('a'.repeat(64), { ...t4 }, { ...build }))).toBe(digest)
  const others = [
    engineKey('b'.repeat(64), t4, build),
    engineKey('a'.repeat(64), { ...t4, tensorrt: '10.3.1' }, build),
    engineKey('a'.repeat(64), { ...t4, deepstream: '7.0' }, build),
    engineKey('a'.repeat(64), { ...t4, gpu: { ...t4.gpu, name: 'A10' } }, build),
    engineKey('a'.repeat(64), gpu('8.6'), build),
    engineKey('a'.repeat(64), t4, { ...build, precision: 'int8' }),
    engineKey('a'.repeat(64), t4, { ...build, batchSize: 8 }),
    engineKey('a'.repeat(64), t4, { ...build, dlaCore: 0 })
  ].map(digestOf)
  expect(new Set([digest, ...others]).size).toBe(others.length + 1)
})
