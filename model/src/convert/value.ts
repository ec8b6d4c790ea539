// Values of a channels-last source graph, carried in a channels-first ONNX graph.
//
// TensorFlow graphs are NHWC, ONNX convolutions NCHW. Converted one by one, every convolution would sit between two
// transposes. Here a transpose is only noted: a value remembers in which order the ONNX tensor holds the source's
// axes, and an actual Transpose node appears only where the order matters (a reshape, an output).
import { addConstant, addNode, type Graph, type Tensor } from './graph.ts'

export interface Value {
  /** The ONNX tensor. */
  name: string
  /** Axis i of the source is axis order[i] of the ONNX tensor. */
  order: number[]
  /** Shape as the source graph sees it; axis 0 is the batch, counted as 1. */
  shape: number[]
}

/** The order of an NHWC value held in an NCHW tensor. */
export const channelsFirst = [0, 2, 3, 1]

export function inSourceOrder(shape: number[]): number[] {
  return shape.map((_, axis) => axis)
}

/** Nothing is computed: only the names of the axes change. */
export function transpose(value: Value, perm: number[]): Value {
  return {
    name: value.name,
    order: perm.map((axis) => value.order[axis]!),
    shape: perm.map((axis) => value.shape[axis]!)
  }
}

/** The same value with its ONNX axes in the wanted order, by a Transpose node if it must be. */
export function inOrder(graph: Graph, value: Value, order: number[]): Value {
  if (order.every((axis, index) => axis === value.order[index])) return value
  const perm: number[] = []
  for (const [index, axis] of order.entries()) perm[axis] = value.order[index]!
  return { ...value, order, name: addNode(graph, 'Transpose', [value.name], { perm }) }
}

/** Per-axis numbers of the source, sorted as the ONNX tensor's axes. */
export function onnxAxes<T>(value: Value, bySourceAxis: T[]): T[] {
  const sorted: T[] = []
  for (const [index, axis] of value.order.entries()) sorted[axis] = bySourceAxis[index]!
  return sorted
}

/** A constant that broadcasts against a value: leading axes added, then put in the value's order. */
export function constantBeside(graph: Graph, value: Value, tensor: Tensor): string {
  const shape = [...Array<number>(value.shape.length - tensor.shape.length).fill(1), ...tensor.shape]
  const perm = onnxAxes(value, inSourceOrder(shape))
  return addConstant(
    graph,
    perm.map((axis) => shape[axis]!),
    permute(tensor.data as Float32Array, shape, perm)
  )
}

/** Axis i of the result is axis perm[i] of the data. */
export function permute(data: Float32Array, shape: number[], perm: number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1))
  const outShape = perm.map((axis) => shape[axis]!)
  const outStrides = perm.map((axis) => strides[axis]!)
  const index = outShape.map(() => 0)
  const result = new Float32Array(data.length)
  let from = 0
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from]!
    for (let axis = outShape.length - 1; axis >= 0; axis--) {
      from += outStrides[axis]!
      if (++index[axis]! < outShape[axis]!) break
      from -= outStrides[axis]! * outShape[axis]!
      index[axis] = 0
    }
  }
  return result
}
