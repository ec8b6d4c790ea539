import { families, writeNvinfer } from '@vedette/model'
import { expect, test } from 'vitest'
import { networkOf } from './network.ts'

const input = { channels: 3, height: 416, width: 416, layout: 'NCHW' } as const
const config = { family: 'nanodet', input, classes: 3, ...families.nanodet } as const
const labels = ['person', 'car', 'dog']
const nanodet = networkOf({ nvinfer: writeNvinfer(config), labels })

test('other weights under other names are the same network', () => {
  const nvinfer = writeNvinfer(config)
    .replace(
      'onnx-file=model.onnx',
      'onnx-file=/e/2/model.onnx\nmodel-engine-file=/e/2/model.onnx_b16_gpu0_fp16.engine'
    )
    .replace('labelfile-path=labels.txt', 'labelfile-path=/e/2/labels.txt')
  expect(networkOf({ nvinfer, labels })).toBe(nanodet)
})

test.each([
  ['size', writeNvinfer({ ...config, input: { ...input, width: 320 } }), labels],
  ['number of classes', writeNvinfer({ ...config, classes: 4 }), labels],
  ['label', writeNvinfer(config), ['person', 'car', 'cat']],
  ['parser', writeNvinfer({ ...config, family: 'yolox' }), labels],
  ['preprocessing', writeNvinfer({ ...config, preprocessing: { ...config.preprocessing, scale: 1 } }), labels],
  ['threshold', writeNvinfer({ ...config, thresholds: { ...config.thresholds, preCluster: 0.5 } }), labels],
  ['batch', writeNvinfer(config).replace('batch-size=1', 'batch-size=8'), labels],
  ['precision', writeNvinfer(config).replace('network-mode=2', 'network-mode=0'), labels]
])('another %s is another network', (_, nvinfer, names) => {
  expect(networkOf({ nvinfer, labels: names })).not.toBe(nanodet)
})
