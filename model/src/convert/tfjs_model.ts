// A TensorFlow.js graph model file: its JSON, its weights, and the constants that can be worked out from them.
import type { Tensor } from './graph.ts'
import { halvesToFloats } from './half.ts'

export interface TfjsAttribute {
  s?: string
  f?: number
  b?: boolean
  list?: { i?: string[]; s?: string[] }
}

export interface TfjsNode {
  name: string
  op: string
  input?: string[]
  attr?: Record<string, TfjsAttribute>
}

interface TfjsPort {
  name: string
  tensorShape: { dim: { size: string }[] }
}

export interface TfjsModel {
  signature: { inputs: Record<string, TfjsPort>; outputs: Record<string, TfjsPort> }
  modelTopology: { node: TfjsNode[] }
  weightsManifest: { paths: string[]; weights: TfjsWeight[] }[]
}

interface TfjsWeight {
  name: string
  shape: number[]
  dtype: string
  quantization?: { dtype: string }
}

export type Constants = Map<string, Tensor>

/** Weights, and what the graph computes from weights alone (shapes given as sums and sparse vectors). */
export function foldConstants(model: TfjsModel, bytes: Uint8Array): Constants {
  const weights = readWeights(model, bytes)
  const nodes = new Map(model.modelTopology.node.map((node) => [node.name, node]))
  const constants: Constants = new Map()
  const visit = (input: string): Tensor | undefined => {
    const name = input.replace(/^\^/, '').split(':')[0]!
    const known = constants.get(name)
    const node = nodes.get(name)
    if (known || !node) return known
    const tensor = node.op === 'Const' ? weights.get(name) : compute(node, visit)
    if (tensor) constants.set(name, tensor)
    return tensor
  }
  for (const node of nodes.values()) visit(node.name)
  return constants
}

function compute(node: TfjsNode, visit: (input: string) => Tensor | undefined): Tensor | undefined {
  if (!['Identity', 'SparseToDense', 'Add', 'AddV2', 'Reshape'].includes(node.op)) return undefined
  const inputs = node.input!.map(visit)
  if (!inputs.every((input) => input !== undefined)) return undefined
  const [a, b, c, d] = inputs as [Tensor, Tensor, Tensor, Tensor]
  if (node.op === 'Identity') return a
  if (node.op === 'Reshape') return { shape: Array.from(b.data, Number), data: a.data }
  if (node.op === 'SparseToDense') return sparseToDense(a, b, c, d)
  if (!(a.data instanceof BigInt64Array && b.data instanceof BigInt64Array)) return undefined
  const [long, short] = a.data.length >= b.data.length ? [a, b] : [b, a]
  const terms = short.data as BigInt64Array
  return {
    shape: long.shape,
    data: (long.data as BigInt64Array).map((value, index) => value + terms[index % terms.length]!)
  }
}

/** Vectors only: this is how exporters write "-1 at this axis of the shape". */
function sparseToDense(indices: Tensor, shape: Tensor, values: Tensor, fallback: Tensor): Tensor {
  const length = Number(shape.data[0])
  const data = new BigInt64Array(length).fill(BigInt(fallback.data[0] ?? 0))
  for (const [index, at] of Array.from(indices.data, Number).entries()) {
    data[at] = BigInt(values.data[index] ?? values.data[0]!)
  }
  return { shape: [length], data }
}

function readWeights(model: TfjsModel, bytes: Uint8Array): Map<string, Tensor> {
  const weights = new Map<string, Tensor>()
  let at = 0
  for (const weight of model.weightsManifest.flatMap((group) => group.weights)) {
    const count = weight.shape.reduce((product, size) => product * size, 1)
    const type = weight.quantization?.dtype ?? weight.dtype
    const size = count * (type === 'float16' ? 2 : 4)
    weights.set(weight.name, {
      shape: weight.shape,
      data: decode(weight.name, type, Uint8Array.from(bytes.subarray(at, at + size)))
    })
    at += size
  }
  return weights
}

function decode(name: string, type: string, bytes: Uint8Array): Tensor['data'] {
  if (type === 'float16') return halvesToFloats(bytes)
  if (type === 'float32') return new Float32Array(bytes.buffer)
  if (type === 'int32') return BigInt64Array.from(new Int32Array(bytes.buffer), BigInt)
  throw new Error(`Weights "${name}" are ${type}, expected float16, float32 or int32.`)
}
