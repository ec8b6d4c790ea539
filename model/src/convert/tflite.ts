// TFLite → ONNX, for float detectors: convolutions, additions, reshapes, concatenations.
// Field numbers are those of tensorflow/compiler/mlir/lite/schema/schema.fbs.
import { rootTable, type Table } from './flatbuffer.ts'
import { emptyGraph, type Graph, type Tensor, withoutDeadNodes } from './graph.ts'
import { halvesToFloats } from './half.ts'
import { clip, combine, combineWithConstant, concat, convolution, type Pair, pointwise, reshape } from './layers.ts'
import { channelsFirst, inOrder, inSourceOrder, permute, type Value } from './value.ts'

interface TfliteTensor {
  name: string
  shape: number[]
  type: number
  buffer: number
}

interface Source {
  tensors: TfliteTensor[]
  buffers: Table[]
  /** Constants by tensor index, decoded once; a DEQUANTIZE moves one to its output. */
  constants: Map<number, Tensor & { data: Float32Array }>
  values: Map<number, Value>
}

/** `names` gives the graph's outputs better names than the file's. */
export function tfliteToGraph(bytes: Uint8Array, names: Record<string, string> = {}): Graph {
  const model = rootTable(bytes)
  const main = model.tables(2)[0]!
  const operators = model.tables(1).map((code) => Math.max(code.integer(3, 0), code.byte(0, 0)))
  const source: Source = {
    tensors: main.tables(0).map((tensor) => ({
      name: tensor.text(3),
      shape: tensor.integers(0),
      type: tensor.byte(1, 0),
      buffer: tensor.integer(2, 0)
    })),
    buffers: model.tables(4),
    constants: new Map(),
    values: new Map()
  }
  const graph = emptyGraph()
  for (const index of main.integers(1)) {
    const { name, shape } = source.tensors[index]!
    const [batch, height, width, channels] = shape as [number, number, number, number]
    graph.inputs.push({ name, shape: [batch, channels, height, width] })
    source.values.set(index, { name, shape, order: channelsFirst })
  }
  for (const operation of main.tables(3)) convert(graph, source, operators[operation.integer(0, 0)]!, operation)
  for (const index of main.integers(2)) {
    const value = source.values.get(index)!
    const name = names[source.tensors[index]!.name] ?? source.tensors[index]!.name
    const ordered = inOrder(graph, value, inSourceOrder(value.shape))
    graph.nodes.push({ op: 'Identity', inputs: [ordered.name], outputs: [name], attributes: {} })
    graph.outputs.push({ name, shape: value.shape })
  }
  return withoutDeadNodes(graph)
}

function convert(graph: Graph, source: Source, operator: number, operation: Table): void {
  const inputs = operation.integers(1)
  const output = operation.integers(2)[0]!
  const options = operation.table(4)
  const value = (index: number) => source.values.get(inputs[index]!)!
  const define = (result: Value) => source.values.set(output, result)
  switch (operator) {
    case 0: {
      const constant = constantOf(source, inputs[1]!)
      const sum = constant
        ? combineWithConstant(graph, 'Add', value(0), constant)
        : combine(graph, 'Add', value(0), value(1))
      return void define(activate(graph, sum, options?.byte(0, 0) ?? 0))
    }
    case 2:
      return void define(
        concat(
          graph,
          inputs.map((_, index) => value(index)),
          options?.integer(0, 0) ?? 0
        )
      )
    case 3:
      return void define(convolve(graph, source, inputs, options!, false))
    case 4:
      return void define(convolve(graph, source, inputs, options!, true))
    case 6: {
      const constant = constantOf(source, inputs[0]!)
      if (!constant) throw new Error(`DEQUANTIZE of a computed tensor: expected float weights, remedy: a float model.`)
      return void source.constants.set(output, constant)
    }
    case 22:
      return void define(reshape(graph, value(0), source.tensors[output]!.shape))
    default:
      throw new Error(
        `TFLite operator ${operator} is not one the converter knows (ADD 0, CONCATENATION 2, CONV_2D 3, ` +
          'DEPTHWISE_CONV_2D 4, DEQUANTIZE 6, RESHAPE 22); export the model to ONNX with its own framework instead.'
      )
  }
}

/** CONV_2D weights are [out, h, w, in]; DEPTHWISE_CONV_2D weights are [1, h, w, out] and its options begin alike. */
function convolve(graph: Graph, source: Source, inputs: number[], options: Table, isDepthwise: boolean): Value {
  const stored = constantOf(source, inputs[1]!)!
  const perm = isDepthwise ? [3, 0, 1, 2] : [0, 3, 1, 2]
  const shape = perm.map((axis) => stored.shape[axis]!)
  const pair = (field: number): Pair => [options.integer(field + 1, 1), options.integer(field, 1)]
  const result = convolution(graph, source.values.get(inputs[0]!)!, {
    weights: { shape, data: permute(stored.data, stored.shape, perm) },
    bias: constantOf(source, inputs[2] ?? -1)?.data ?? null,
    padding: options.byte(0, 0) === 0 ? 'SAME' : 'VALID',
    strides: pair(1),
    dilations: pair(isDepthwise ? 5 : 4),
    groups: isDepthwise ? shape[0]! / options.integer(3, 1) : 1
  })
  return activate(graph, result, options.byte(isDepthwise ? 4 : 3, 0))
}

/** ActivationFunctionType: NONE 0, RELU 1, RELU6 3. */
function activate(graph: Graph, value: Value, activation: number): Value {
  if (activation === 0) return value
  if (activation === 1) return pointwise(graph, 'Relu', value)
  if (activation === 3) return clip(graph, value, 0, 6)
  throw new Error(`TFLite activation ${activation} is not NONE (0), RELU (1) or RELU6 (3).`)
}

function constantOf(source: Source, index: number): (Tensor & { data: Float32Array }) | null {
  const known = source.constants.get(index)
  const tensor = source.tensors[index]
  if (known || !tensor) return known ?? null
  const bytes = source.buffers[tensor.buffer]!.bytes(0)
  if (bytes.length === 0) return null
  if (tensor.type !== 0 && tensor.type !== 1) {
    throw new Error(`Weights ${tensor.name} have TFLite type ${tensor.type}, expected FLOAT32 (0) or FLOAT16 (1).`)
  }
  const data = tensor.type === 1 ? halvesToFloats(bytes) : new Float32Array(bytes.slice().buffer)
  const constant = { shape: tensor.shape, data }
  source.constants.set(index, constant)
  return constant
}
