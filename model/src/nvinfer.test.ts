import { expect, test } from 'vitest'
import { families } from './families.ts'
import { type InferConfig, writeNvinfer } from './nvinfer.ts'

const config: InferConfig = {
  family: 'nanodet',
  input: { channels: 3, height: 320, width: 416, layout: 'NCHW' },
  classes: 80,
  preprocessing: families.nanodet.preprocessing,
  thresholds: families.nanodet.thresholds
}

function keysOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^([a-z-]+)=(.*)$/gm)].map((match) => [match[1], match[2]]))
}

test('a configuration says size, colours, labels and parser', () => {
  expect(keysOf(writeNvinfer(config))).toMatchObject({
    'infer-dims': '3;320;416',
    'model-color-format': '1',
    offsets: '103.53;116.28;123.675',
    'net-scale-factor': '0.0174291939',
    'num-detected-classes': '80',
    'custom-lib-path': 'libvedette_parsers.so',
    'parse-bbox-func-name': 'NvDsInferParseCustomNanoDet',
    'network-input-order': '0'
  })
})

test('a network that finds masks is told so, with its parser under the key for masks', () => {
  const text = writeNvinfer({ ...config, family: 'yolov8-seg' })
  expect(keysOf(text)).toMatchObject({
    'network-type': '3',
    'cluster-mode': '2',
    'parse-bbox-instance-mask-func-name': 'NvDsInferParseCustomYoloV8Seg',
    'output-instance-mask': '1',
    'segmentation-threshold': '0.5'
  })
  expect(text).not.toContain('parse-bbox-func-name')
  expect(keysOf(writeNvinfer(config))).toMatchObject({ 'network-type': '0' })
})

test('suppression is left out where the network has done it', () => {
  const text = writeNvinfer({ ...config, family: 'detr', thresholds: families.detr.thresholds })
  expect(keysOf(text)).toMatchObject({ 'cluster-mode': '4' })
  expect(text).not.toContain('nms-iou-threshold')
})

test('the picture is centred only when the padding is symmetric', () => {
  const padded = writeNvinfer({ ...config, preprocessing: families.yolov8.preprocessing })
  expect(keysOf(padded)).toMatchObject({ 'maintain-aspect-ratio': '1', 'symmetric-padding': '1' })
  const corner = writeNvinfer({ ...config, preprocessing: families.yolox.preprocessing })
  expect(keysOf(corner)).toMatchObject({ 'maintain-aspect-ratio': '1', 'symmetric-padding': '0' })
})
