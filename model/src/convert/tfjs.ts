// TensorFlow.js graph model → ONNX, for float detectors.
import { emptyGraph, type Graph, type Tensor, withoutDeadNodes } from './graph.ts'
import * as layers from './layers.ts'
import { type Constants, foldConstants, type TfjsModel, type TfjsNode } from './tfjs_model.ts'
import { channelsFirst, inOrder, inSourceOrder, permute, transpose, type Value } from './value.ts'

interface Context {
  graph: Graph
  nodes: Map<string, TfjsNode>
  constants: Constants
  /** Outputs of each converted node. */
  done: Map<string, Value[]>
}

/** `outputs`: name in the TFJS graph → name in the ONNX graph. Only what they need is converted. */
export function tfjsToGraph(model: TfjsModel, weights: Uint8Array, outputs: Record<string, string>): Graph {
  const nodes = new Map(model.modelTopology.node.map((node) => [node.name, node]))
  const context: Context = { graph: emptyGraph(), nodes, constants: foldConstants(model, weights), done: new Map() }
  for (const port of Object.values(model.signature.inputs))
    addInput(
      context,
      port.name,
      port.tensorShape.dim.map((dim) => Number(dim.size))
    )
  for (const [source, name] of Object.entries(outputs)) {
    const value = valueNamed(context, source)
    const ordered = inOrder(context.graph, value, inSourceOrder(value.shape))
    context.graph.nodes.push({ op: 'Identity', inputs: [ordered.name], outputs: [name], attributes: {} })
    context.graph.outputs.push({ name, shape: value.shape })
  }
  return withoutDeadNodes(context.graph)
}

/** The ONNX input is always NCHW, whichever way the source had it. */
function addInput(context: Context, port: string, shape: number[]): void {
  const name = port.split(':')[0]!
  const isChannelsLast = shape[3] === 3
  const order = isChannelsLast ? channelsFirst : inSourceOrder(shape)
  const [batch, a, b, c] = shape as [number, number, number, number]
  context.graph.inputs.push({ name, shape: isChannelsLast ? [batch, c, a, b] : shape })
  context.done.set(name, [{ name, order, shape }])
}

function valueNamed(context: Context, input: string): Value {
  const [name, output] = input.replace(/^\^/, '').split(':') as [string, string?]
  let values = context.done.get(name)
  if (!values) {
    const node = context.nodes.get(name)
    if (!node)
      throw new Error(`The graph has no node "${name}"; it has ${[...context.nodes.keys()].slice(-5)} and others.`)
    values = [convert(context, node)].flat()
    context.done.set(name, values)
  }
  return values[Number(output ?? 0)]!
}

function convert(context: Context, node: TfjsNode): Value | Value[] {
  const { graph } = context
  const input = (index: number) => valueNamed(context, node.input![index]!)
  const constant = (index: number) => context.constants.get(node.input!.at(index)!.split(':')[0]!)
  const integers = (index: number) => Array.from(constant(index)!.data, Number)
  switch (node.op) {
    case 'Identity':
      return input(0)
    case 'Transpose':
      return transpose(input(0), integers(1))
    case 'Conv2D':
    case '_FusedConv2D':
    case 'DepthwiseConv2dNative':
    case 'FusedDepthwiseConv2dNative':
      return convolve(context, node, input(0), constant(1)!, node.input!.length > 2 ? constant(2) : undefined)
    case 'Pad':
    case 'PadV2': {
      const amounts = integers(1)
      const before = amounts.filter((_, index) => index % 2 === 0)
      const after = amounts.filter((_, index) => index % 2 === 1)
      return layers.pad(graph, input(0), before, after, node.op === 'PadV2' ? Number(constant(2)!.data[0]) : 0)
    }
    case 'Add':
    case 'AddV2':
    case 'BiasAdd':
      return combine(context, node, 'Add')
    case 'Sub':
      return combine(context, node, 'Sub')
    case 'Mul':
      return combine(context, node, 'Mul')
    case 'RealDiv':
      return combine(context, node, 'Div')
    case 'LeakyRelu':
      return layers.pointwise(graph, 'LeakyRelu', input(0), { alpha: { float: node.attr?.alpha?.f ?? 0.2 } })
    case 'Relu':
    case 'Sigmoid':
      return layers.pointwise(graph, node.op, input(0))
    case 'Relu6':
      return layers.clip(graph, input(0), 0, 6)
    case 'MaxPool':
      return layers.maxPool(graph, input(0), pairOf(node, 'ksize'), pairOf(node, 'strides'), paddingOf(node))
    case 'Mean':
      return layers.reduceMean(graph, input(0), integers(1))
    case 'ConcatV2': {
      const values = node.input!.slice(0, -1).map((name) => valueNamed(context, name))
      return layers.concat(graph, values, integers(-1)[0]!)
    }
    case 'SplitV':
      return layers.split(graph, input(0), integers(2)[0]!, integers(1))
    case 'Reshape':
      return layers.reshape(graph, input(0), integers(1))
    case 'ResizeBilinear': {
      const centres = node.attr?.align_corners?.b
        ? 'align_corners'
        : node.attr?.half_pixel_centers?.b
          ? 'half_pixel'
          : 'asymmetric'
      return layers.resizeBilinear(graph, input(0), integers(1) as layers.Pair, centres)
    }
    default:
      throw new Error(
        `Node "${node.name}" is a ${node.op}, which the converter does not know; ` +
          'export the model to ONNX with its own framework instead.'
      )
  }
}

function combine(context: Context, node: TfjsNode, op: layers.Arithmetic): Value {
  const [left, right] = node.input!.map((name) => context.constants.get(name.split(':')[0]!))
  const value = (index: number) => valueNamed(context, node.input![index]!)
  if (right) return layers.combineWithConstant(context.graph, op, value(0), right)
  if (!left) return layers.combine(context.graph, op, value(0), value(1))
  if (op === 'Add' || op === 'Mul') return layers.combineWithConstant(context.graph, op, value(1), left)
  throw new Error(`Node "${node.name}" has a constant left of ${op}; only Add and Mul are converted so.`)
}

/** Weights are [h, w, in, out]; those of a depthwise convolution [h, w, in, multiplier]. */
function convolve(context: Context, node: TfjsNode, input: Value, stored: Tensor, bias: Tensor | undefined): Value {
  const isDepthwise = node.op.includes('Depthwise')
  const [height, width, inChannels, last] = stored.shape as [number, number, number, number]
  const perm = isDepthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]
  const fused = (node.attr?.fused_ops?.list?.s ?? []).map((name) => Buffer.from(name, 'base64').toString())
  let value = layers.convolution(context.graph, input, {
    weights: {
      shape: isDepthwise ? [inChannels * last, 1, height, width] : [last, inChannels, height, width],
      data: permute(stored.data as Float32Array, stored.shape, perm)
    },
    bias: fused.includes('BiasAdd') ? (bias!.data as Float32Array) : null,
    strides: pairOf(node, 'strides'),
    dilations: node.attr?.dilations ? pairOf(node, 'dilations') : [1, 1],
    groups: isDepthwise ? inChannels : 1,
    padding: paddingOf(node)
  })
  for (const activation of fused.filter((name) => name !== 'BiasAdd')) {
    if (activation === 'Relu') value = layers.pointwise(context.graph, 'Relu', value)
    else if (activation === 'Relu6') value = layers.clip(context.graph, value, 0, 6)
    else throw new Error(`Node "${node.name}" fuses ${activation}; expected BiasAdd, Relu or Relu6.`)
  }
  return value
}

function pairOf(node: TfjsNode, name: 'strides' | 'dilations' | 'ksize'): layers.Pair {
  const list = (node.attr?.[name]?.list?.i ?? []).map(Number)
  return [list[1] ?? 1, list[2] ?? 1]
}

function paddingOf(node: TfjsNode): layers.Padding {
  const padding = Buffer.from(node.attr?.padding?.s ?? '', 'base64').toString()
  if (padding !== 'SAME' && padding !== 'VALID') {
    throw new Error(`Node "${node.name}" has padding "${padding}", expected SAME or VALID.`)
  }
  return padding
}
