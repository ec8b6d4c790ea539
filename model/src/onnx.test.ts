import { expect, test } from 'vitest'
import { emptyGraph } from './convert/graph.ts'
import { writeOnnx } from './convert/writer.ts'
import { inspectOnnx } from './onnx.ts'

function smallModel(): Uint8Array {
  const graph = emptyGraph()
  graph.inputs.push({ name: 'image', shape: [1, 3, 8, 8] })
  graph.nodes.push({ op: 'Relu', inputs: ['image'], outputs: ['out'], attributes: {} })
  graph.outputs.push({ name: 'out', shape: [1, 3, 8, 8] })
  return writeOnnx(graph, 'test')
}

test('inputs, outputs and operators are read without running the model', () => {
  expect(inspectOnnx(smallModel())).toEqual({
    irVersion: 7,
    opset: 13,
    otherOpsets: {},
    producer: 'test',
    inputs: [{ name: 'image', type: 'float32', shape: ['batch', 3, 8, 8] }],
    outputs: [{ name: 'out', type: 'float32', shape: ['batch', 3, 8, 8], operator: 'Relu' }],
    operators: { Relu: 1 },
    hasExternalData: false
  })
})

test('a file cut short is damaged, wherever the cut is', () => {
  const whole = smallModel()
  for (let length = 0; length < whole.length - 4; length++) {
    expect(() => inspectOnnx(whole.subarray(0, length))).toThrow(/Not an ONNX file, or damaged/)
  }
})

test('text is no ONNX file', () => {
  expect(() => inspectOnnx(new TextEncoder().encode('<!doctype html><title>Not found</title>'))).toThrow(
    /Not an ONNX file, or damaged/
  )
})
