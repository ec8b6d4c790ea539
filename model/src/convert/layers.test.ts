import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { emptyGraph, type Graph, withoutDeadNodes } from './graph.ts'
import { type Convolution, combineWithConstant, convolution, pad, reshape, resizeBilinear } from './layers.ts'
import { scaleInputChannels } from './scale_input.ts'
import { channelsFirst, inOrder, inSourceOrder, permute, transpose, type Value } from './value.ts'
import { writeOnnx } from './writer.ts'

/** A graph with one input of `height` x `width` x `channels`, held channels first. */
function graphOf(height: number, width: number, channels: number): { graph: Graph; input: Value } {
  const graph = emptyGraph()
  graph.inputs.push({ name: 'x', shape: [1, channels, height, width] })
  return { graph, input: { name: 'x', order: channelsFirst, shape: [1, height, width, channels] } }
}

function finish(graph: Graph, value: Value): Graph {
  const { name } = inOrder(graph, value, inSourceOrder(value.shape))
  graph.nodes.push({ op: 'Identity', inputs: [name], outputs: ['y'], attributes: {} })
  graph.outputs.push({ name: 'y', shape: value.shape })
  return withoutDeadNodes(graph)
}

async function run(graph: Graph, values: number[], batch = 1): Promise<{ dims: readonly number[]; values: number[] }> {
  const session = await InferenceSession.create(writeOnnx(graph, 'test'))
  const dims = [batch, ...graph.inputs[0]!.shape.slice(1)]
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.from(values), dims) })
  return { dims: y!.dims, values: Array.from(y!.data as Float32Array) }
}

const ones = (height: number, width: number) => ({
  shape: [1, 1, height, width],
  data: new Float32Array(height * width).fill(1)
})
const plain: Omit<Convolution, 'weights'> = {
  bias: null,
  strides: [1, 1],
  dilations: [1, 1],
  groups: 1,
  padding: 'VALID'
}
const ops = (graph: Graph) => graph.nodes.map((node) => node.op)

test('SAME puts the odd pixel of padding at the end, as TensorFlow does', async () => {
  const { graph, input } = graphOf(4, 1, 1)
  const sums = convolution(graph, input, { ...plain, weights: ones(3, 1), strides: [2, 1], padding: 'SAME' })
  // Windows begin at rows 0 and 2: 1+2+3 and 3+4+0. Padding in front instead would give 0+1+2 and 2+3+4.
  expect((await run(finish(graph, sums), [1, 2, 3, 4])).values).toEqual([6, 7])
})

test('a pad before a convolution becomes its padding', async () => {
  const { graph, input } = graphOf(2, 1, 1)
  const padded = pad(graph, input, [0, 1, 0, 0], [0, 1, 0, 0], 0)
  const done = finish(graph, convolution(graph, padded, { ...plain, weights: ones(3, 1) }))
  expect(ops(done)).not.toContain('Pad')
  expect((await run(done, [1, 2])).values).toEqual([3, 3])
})

test('a pad of another value stays', async () => {
  const { graph, input } = graphOf(2, 1, 1)
  const padded = pad(graph, input, [0, 1, 0, 0], [0, 0, 0, 0], 5)
  const done = finish(graph, convolution(graph, padded, { ...plain, weights: ones(3, 1) }))
  expect(ops(done)).toContain('Pad')
  expect((await run(done, [1, 2])).values).toEqual([8])
})

test('a number per channel added to a convolution becomes its bias', async () => {
  const { graph, input } = graphOf(1, 2, 1)
  const weights = { shape: [2, 1, 1, 1], data: Float32Array.of(1, 10) }
  const sum = combineWithConstant(graph, 'Add', convolution(graph, input, { ...plain, weights }), {
    shape: [2],
    data: Float32Array.of(100, 200)
  })
  const done = finish(graph, sum)
  expect(ops(done)).not.toContain('Add')
  // Channels last: both channels of a pixel side by side.
  expect((await run(done, [1, 2])).values).toEqual([101, 210, 102, 220])
})

test('transposes there and back leave nothing behind', () => {
  const { graph, input } = graphOf(2, 3, 4)
  const there = transpose(input, [0, 3, 1, 2])
  expect(there.shape).toEqual([1, 4, 2, 3])
  expect(inOrder(graph, transpose(there, [0, 2, 3, 1]), channelsFirst).name).toBe('x')
  expect(graph.nodes).toHaveLength(0)
})

test('a reshape keeps the batch open', async () => {
  const { graph, input } = graphOf(1, 2, 2)
  const done = finish(graph, reshape(graph, input, [1, -1]))
  const { dims, values } = await run(done, [1, 2, 3, 4, 5, 6, 7, 8], 2)
  expect(dims).toEqual([2, 4])
  expect(values).toEqual([1, 3, 2, 4, 5, 7, 6, 8])
})

test('a reshape that mixes the batch with the picture is refused', () => {
  const { graph, input } = graphOf(2, 2, 1)
  expect(() => reshape(graph, input, [4, 1])).toThrow(/mixes the batch/)
})

test('bilinear resizing takes pixel centres', async () => {
  const { graph, input } = graphOf(1, 2, 1)
  const done = finish(graph, resizeBilinear(graph, input, [1, 4], 'half_pixel'))
  expect((await run(done, [0, 4])).values).toEqual([0, 1, 3, 4])
})

test('scales of the input are folded into the first weights', async () => {
  const { graph, input } = graphOf(1, 1, 2)
  const weights = { shape: [1, 2, 1, 1], data: Float32Array.of(1, 1) }
  const done = finish(graph, convolution(graph, input, { ...plain, weights }))
  scaleInputChannels(done, [2, 3])
  expect((await run(done, [10, 100])).values).toEqual([320])
})

test('permuting moves every number to its axis', () => {
  expect(Array.from(permute(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3], [1, 0]))).toEqual([1, 4, 2, 5, 3, 6])
})
