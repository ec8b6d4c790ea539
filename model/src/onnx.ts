/** What an ONNX file says about itself, read without running it. Field numbers are those of onnx.proto. */
import { ModelError } from './error.ts'
import { type Field, fieldsOf, textOf } from './protobuf.ts'

export interface OnnxPort {
  name: string
  type: string
  /** A number, or the name of a dynamic axis ('?' where it has none). */
  shape: (number | string)[]
  /** Of an output: the operator that makes it. */
  operator?: string
}

export interface OnnxSummary {
  irVersion: number
  /** Of the default operator set; others by their domain. */
  opset: number
  otherOpsets: Record<string, number>
  producer: string
  /** Without the weights that old exporters list among the inputs. */
  inputs: OnnxPort[]
  outputs: OnnxPort[]
  /** How many nodes there are of each operator. */
  operators: Record<string, number>
  /** Weights in files beside the model; a package cannot carry them. */
  hasExternalData: boolean
}

/** TensorProto.DataType. */
const types = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64'
]

export function inspectOnnx(file: Uint8Array): OnnxSummary {
  try {
    return readModel(file)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new ModelError('onnx', `Not an ONNX file, or damaged: ${error.message}. Export the model again.`)
  }
}

function readModel(file: Uint8Array): OnnxSummary {
  const summary: OnnxSummary = {
    irVersion: 0,
    opset: 0,
    otherOpsets: {},
    producer: '',
    inputs: [],
    outputs: [],
    operators: {},
    hasExternalData: false
  }
  let hasGraph = false
  for (const field of fieldsOf(file)) {
    if (field.number === 1) summary.irVersion = field.value
    else if (field.number === 2) summary.producer = textOf(field)
    else if (field.number === 3 && field.bytes.length > 0) summary.producer += ` ${textOf(field)}`
    else if (field.number === 8) addOpset(summary, field.bytes)
    else if (field.number === 7) {
      readGraph(summary, field.bytes)
      hasGraph = true
    }
  }
  if (!hasGraph || summary.irVersion === 0) throw new RangeError('it has no graph')
  return summary
}

function addOpset(summary: OnnxSummary, message: Uint8Array): void {
  let domain = ''
  let version = 0
  for (const field of fieldsOf(message)) {
    if (field.number === 1) domain = textOf(field)
    if (field.number === 2) version = field.value
  }
  if (domain === '' || domain === 'ai.onnx') summary.opset = version
  else summary.otherOpsets[domain] = version
}

function readGraph(summary: OnnxSummary, message: Uint8Array): void {
  const weights = new Set<string>()
  const makers = new Map<string, string>()
  for (const field of fieldsOf(message)) {
    if (field.number === 1) {
      const operator = operatorOf(field)
      for (const output of childrenOf(field, 2)) makers.set(textOf(output), operator)
      summary.operators[operator] = (summary.operators[operator] ?? 0) + 1
    } else if (field.number === 5) {
      const { name, isExternal } = readWeights(field)
      weights.add(name)
      summary.hasExternalData ||= isExternal
    } else if (field.number === 11) summary.inputs.push(readPort(field))
    else if (field.number === 12) summary.outputs.push(readPort(field))
  }
  summary.inputs = summary.inputs.filter((port) => !weights.has(port.name))
  for (const output of summary.outputs) {
    const operator = makers.get(output.name)
    if (operator !== undefined) output.operator = operator
  }
}

function operatorOf(node: Field): string {
  for (const field of fieldsOf(node.bytes)) if (field.number === 4) return textOf(field)
  return ''
}

/** TensorProto: name 8, data_location 14 (EXTERNAL is 1). */
function readWeights(tensor: Field): { name: string; isExternal: boolean } {
  let name = ''
  let isExternal = false
  for (const field of fieldsOf(tensor.bytes)) {
    if (field.number === 8) name = textOf(field)
    if (field.number === 14) isExternal = field.value === 1
  }
  return { name, isExternal }
}

/** ValueInfoProto: name 1, type 2 { tensor_type 1 { elem_type 1, shape 2 { dim 1 { dim_value 1, dim_param 2 } } } }. */
function readPort(info: Field): OnnxPort {
  const port: OnnxPort = { name: '', type: 'undefined', shape: [] }
  for (const field of fieldsOf(info.bytes)) {
    if (field.number === 1) port.name = textOf(field)
    if (field.number !== 2) continue
    for (const tensorType of childrenOf(field, 1)) {
      for (const part of fieldsOf(tensorType.bytes)) {
        if (part.number === 1) port.type = types[part.value] ?? `type ${part.value}`
        if (part.number === 2) port.shape = childrenOf(part, 1).map(readAxis)
      }
    }
  }
  return port
}

function readAxis(axis: Field): number | string {
  for (const field of fieldsOf(axis.bytes)) {
    if (field.number === 1) return field.value
    if (field.number === 2) return textOf(field)
  }
  return '?'
}

function childrenOf(field: Field, number: number): Field[] {
  return [...fieldsOf(field.bytes)].filter((child) => child.number === number)
}
