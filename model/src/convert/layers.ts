// The layers both converters share, from a channels-last source into channels-first ONNX.
import { addConstant, addIntegers, addNode, addNodes, type Graph, producerOf, type Tensor } from './graph.ts'
import { channelsFirst, constantBeside, inOrder, inSourceOrder, onnxAxes, type Value } from './value.ts'

export type Padding = 'SAME' | 'VALID'
export type Pair = [height: number, width: number]

export interface Convolution {
  /** [out, in / groups, height, width], as ONNX wants them. */
  weights: Tensor & { data: Float32Array }
  bias: Float32Array | null
  strides: Pair
  dilations: Pair
  groups: number
  padding: Padding
}

export function convolution(graph: Graph, input: Value, conv: Convolution): Value {
  const [outChannels, , height, width] = conv.weights.shape as [number, number, number, number]
  const from = inOrder(graph, input, channelsFirst)
  const window = slide(from, [height, width], conv.strides, conv.dilations, conv.padding)
  const padded = withoutPad(graph, from.name, window.pads, 0)
  const inputs = [padded.name, addConstant(graph, conv.weights.shape, conv.weights.data)]
  if (conv.bias) inputs.push(addConstant(graph, [outChannels], conv.bias))
  const name = addNode(graph, 'Conv', inputs, {
    kernel_shape: [height, width],
    strides: conv.strides,
    dilations: conv.dilations,
    group: conv.groups,
    pads: padded.pads
  })
  return { name, order: channelsFirst, shape: [input.shape[0]!, ...window.size, outChannels] }
}

export function maxPool(graph: Graph, input: Value, kernel: Pair, strides: Pair, padding: Padding): Value {
  const from = inOrder(graph, input, channelsFirst)
  const window = slide(from, kernel, strides, [1, 1], padding)
  const padded = withoutPad(graph, from.name, window.pads, -Infinity)
  const name = addNode(graph, 'MaxPool', [padded.name], { kernel_shape: kernel, strides, pads: padded.pads })
  return { name, order: channelsFirst, shape: [input.shape[0]!, ...window.size, input.shape[3]!] }
}

/** TensorFlow's rule: SAME gives ceil(size / stride), the odd pixel of padding goes to the end. */
function slide(input: Value, kernel: Pair, strides: Pair, dilations: Pair, padding: Padding) {
  const before: number[] = []
  const after: number[] = []
  const size = [0, 1].map((axis) => {
    const length = input.shape[axis + 1]!
    const reach = (kernel[axis]! - 1) * dilations[axis]! + 1
    const count =
      padding === 'SAME' ? Math.ceil(length / strides[axis]!) : Math.floor((length - reach) / strides[axis]!) + 1
    const total = padding === 'SAME' ? Math.max((count - 1) * strides[axis]! + reach - length, 0) : 0
    before.push(Math.floor(total / 2))
    after.push(Math.ceil(total / 2))
    return count
  })
  return { size: size as Pair, pads: [...before, ...after] }
}

/** A Pad right before a window becomes padding of the window, when it pads height and width with the same value. */
function withoutPad(graph: Graph, name: string, pads: number[], fill: number): { name: string; pads: number[] } {
  const pad = producerOf(graph, name)
  if (pad?.op !== 'Pad') return { name, pads }
  const [input, amounts, value] = pad.inputs.map((from) => graph.constants.get(from) ?? from)
  const filledWith = value === undefined ? 0 : Number((value as Tensor).data[0])
  // TensorFlow pads a pool with the lowest float, ONNX with -infinity: no picture can tell them apart.
  if (!(filledWith === fill || (fill === -Infinity && filledWith < -1e30))) return { name, pads }
  const [n0, c0, top, left, n1, c1, bottom, right] = Array.from((amounts as Tensor).data, Number)
  if (n0 || c0 || n1 || c1) return { name, pads }
  return { name: input as string, pads: [top!, left!, bottom!, right!].map((amount, side) => amount + pads[side]!) }
}

export function pad(graph: Graph, input: Value, before: number[], after: number[], fill: number): Value {
  const amounts = addIntegers(graph, [...onnxAxes(input, before), ...onnxAxes(input, after)])
  const name = addNode(graph, 'Pad', [input.name, amounts, addConstant(graph, [], Float32Array.of(fill))])
  return { ...input, name, shape: input.shape.map((size, axis) => size + before[axis]! + after[axis]!) }
}

export function pointwise(
  graph: Graph,
  op: string,
  input: Value,
  attributes: Record<string, { float: number }> = {}
): Value {
  return { ...input, name: addNode(graph, op, [input.name], attributes) }
}

export function clip(graph: Graph, input: Value, low: number, high: number): Value {
  const limits = [low, high].map((limit) => addConstant(graph, [], Float32Array.of(limit)))
  return { ...input, name: addNode(graph, 'Clip', [input.name, ...limits]) }
}

export type Arithmetic = 'Add' | 'Sub' | 'Mul' | 'Div'

export function combine(graph: Graph, op: Arithmetic, left: Value, right: Value): Value {
  const shape = left.shape.map((size, axis) => Math.max(size, right.shape[axis]!))
  return { name: addNode(graph, op, [left.name, inOrder(graph, right, left.order).name]), order: left.order, shape }
}

export function combineWithConstant(graph: Graph, op: Arithmetic, left: Value, right: Tensor): Value {
  const bias = op === 'Add' ? asBias(graph, left, right) : null
  if (bias) return { ...left, name: bias }
  return { ...left, name: addNode(graph, op, [left.name, constantBeside(graph, left, right)]) }
}

/** One number per channel, added right behind a convolution, is the convolution's bias. */
function asBias(graph: Graph, left: Value, right: Tensor): string | null {
  const conv = producerOf(graph, left.name)
  const isPerChannel = right.shape.length > 0 && right.shape.at(-1) === right.data.length
  if (conv?.op !== 'Conv' || conv.inputs.length !== 2 || !isPerChannel || left.order.at(-1) !== 1) return null
  return addNode(graph, 'Conv', [...conv.inputs, addConstant(graph, [right.data.length], right.data)], conv.attributes)
}

export function concat(graph: Graph, inputs: Value[], axis: number): Value {
  const first = inputs[0]!
  const at = axis < 0 ? axis + first.shape.length : axis
  const names = inputs.map((input) => inOrder(graph, input, first.order).name)
  const shape = first.shape.with(
    at,
    inputs.reduce((sum, input) => sum + input.shape[at]!, 0)
  )
  return { name: addNode(graph, 'Concat', names, { axis: first.order[at]! }), order: first.order, shape }
}

export function split(graph: Graph, input: Value, axis: number, sizes: number[]): Value[] {
  const at = axis < 0 ? axis + input.shape.length : axis
  const inputs = [input.name, addIntegers(graph, sizes)]
  const names = addNodes(graph, 'Split', inputs, { axis: input.order[at]! }, sizes.length)
  return names.map((name, index) => ({ ...input, name, shape: input.shape.with(at, sizes[index]!) }))
}

/** The batch axis is copied (0), so that a graph made for one picture takes any number of them. */
export function reshape(graph: Graph, input: Value, shape: number[]): Value {
  const count = input.shape.reduce((product, size) => product * size, 1)
  const known = shape.reduce((product, size) => (size < 0 ? product : product * size), 1)
  const whole = shape.map((size) => (size < 0 ? count / known : size))
  if (whole[0] !== input.shape[0]) {
    throw new Error(
      `Reshape of [${input.shape}] to [${whole}] mixes the batch with other axes; such a graph cannot run batched. ` +
        'Convert it with a framework exporter and a dynamic batch instead.'
    )
  }
  const from = inOrder(graph, input, inSourceOrder(input.shape))
  const name = addNode(graph, 'Reshape', [from.name, addIntegers(graph, [0, ...whole.slice(1)])])
  return { name, order: inSourceOrder(whole), shape: whole }
}

export type PixelCentres = 'half_pixel' | 'asymmetric' | 'align_corners'

export function resizeBilinear(graph: Graph, input: Value, size: Pair, centres: PixelCentres): Value {
  const from = inOrder(graph, input, channelsFirst)
  const scales = Float32Array.of(1, 1, size[0] / input.shape[1]!, size[1] / input.shape[2]!)
  const inputs = [from.name, '', addConstant(graph, [4], scales)]
  const name = addNode(graph, 'Resize', inputs, { mode: 'linear', coordinate_transformation_mode: centres })
  return { name, order: channelsFirst, shape: [input.shape[0]!, ...size, input.shape[3]!] }
}

export function reduceMean(graph: Graph, input: Value, axes: number[]): Value {
  const name = addNode(graph, 'ReduceMean', [input.name], { axes: axes.map((axis) => input.order[axis]!), keepdims: 1 })
  return { ...input, name, shape: input.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) }
}
