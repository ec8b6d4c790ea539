import { expect, test } from 'vitest'
import { checkFit } from './check.ts'
import type { OnnxSummary } from './onnx.ts'

function summary(input: (number | string)[], outputs: (number | string)[][], type = 'float32'): OnnxSummary {
  return {
    irVersion: 8,
    opset: 13,
    otherOpsets: {},
    producer: 'test',
    inputs: [{ name: 'images', type, shape: input }],
    outputs: outputs.map((shape, index) => ({ name: `output${index}`, type: 'float32', shape })),
    operators: {},
    hasExternalData: false
  }
}

test.for([
  { family: 'yolox', classes: 80, size: 416, outputs: [[1, 3549, 85]] },
  { family: 'yolov8', classes: 80, size: 640, outputs: [[1, 84, 8400]] },
  { family: 'yolov8', classes: 80, size: 640, outputs: [[1, 25200, 85]] },
  {
    family: 'yolov8-seg',
    classes: 80,
    size: 640,
    outputs: [
      [1, 116, 8400],
      [1, 32, 160, 160]
    ]
  },
  {
    family: 'ssd-anchors',
    classes: 90,
    size: 320,
    outputs: [
      [1, 2034, 4],
      [1, 2034, 91]
    ]
  },
  { family: 'ssd-nms', classes: 90, size: 300, outputs: [[1, 10, 4], [1, 10], [1, 10], [1]] },
  { family: 'nanodet', classes: 80, size: 416, outputs: [[1, 3598, 112]] },
  {
    family: 'detr',
    classes: 91,
    size: 800,
    outputs: [
      [1, 100, 92],
      [1, 100, 4]
    ]
  },
  {
    family: 'centernet',
    classes: 80,
    size: 512,
    outputs: [
      [1, 80, 128, 128],
      [1, 2, 128, 128],
      [1, 2, 128, 128]
    ]
  }
] as const)('$family of $outputs fits $classes labels', ({ family, classes, size, outputs }) => {
  const shapes = outputs.map((shape) => [...shape])
  expect(checkFit(summary(['batch', 3, size, size], shapes), { family, classes })).toEqual({
    input: { channels: 3, height: size, width: size, layout: 'NCHW' },
    hasDynamicBatch: true
  })
})

test('the wrong number of labels is told, with the right one', () => {
  const options = { family: 'yolov8', classes: 79 } as const
  expect(() => checkFit(summary([1, 3, 640, 640], [[1, 84, 8400]]), options)).toThrow(
    /It would fit a list of 80 labels/
  )
})

test('of a network that finds masks the right number of labels is told too', () => {
  const shapes = [
    [1, 116, 8400],
    [1, 32, 160, 160]
  ]
  const options = { family: 'yolov8-seg', classes: 2 } as const
  expect(() => checkFit(summary([1, 3, 640, 640], shapes), options)).toThrow(
    /no layer \[38,N\].*It would fit a list of 80 labels/
  )
})

test('the wrong family is told, with one that fits', () => {
  const options = { family: 'yolox', classes: 80 } as const
  expect(() => checkFit(summary([1, 3, 640, 640], [[1, 84, 8400]]), options)).toThrow(
    /output0 \[1,84,8400\].* no single layer \[8400,85\].* fit --parser yolov8/
  )
})

test('channels last and a fixed batch are seen', () => {
  const fit = checkFit(summary([1, 416, 416, 3], [[1, 3549, 85]]), { family: 'yolox', classes: 80 })
  expect(fit).toEqual({ input: { channels: 3, height: 416, width: 416, layout: 'NHWC' }, hasDynamicBatch: false })
})

test('a size left open has to be given', () => {
  const open = summary(['batch', 3, 'height', 'width'], [[1, 3549, 85]])
  expect(() => checkFit(open, { family: 'yolox', classes: 80 })).toThrow(/--size WIDTHxHEIGHT/)
  const { input } = checkFit(open, { family: 'yolox', classes: 80, size: { width: 416, height: 416 } })
  expect([input.width, input.height]).toEqual([416, 416])
})

test('an input of bytes is refused', () => {
  const options = { family: 'yolox', classes: 80 } as const
  expect(() => checkFit(summary([1, 3, 416, 416], [[1, 3549, 85]], 'uint8'), options)).toThrow(/images is uint8/)
})

test('a model that wants no picture is refused', () => {
  expect(() => checkFit(summary([1, 128], [[1, 2]]), { family: 'yolox', classes: 80 })).toThrow(/one picture as input/)
})
