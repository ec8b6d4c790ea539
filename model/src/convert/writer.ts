// Writes a graph as an ONNX file (onnx.proto of ONNX 1.8: IR version 7, opset 13), which every TensorRT from 8.2 reads.
import type { Attribute, Graph, Node, Port, Tensor } from './graph.ts'

const irVersion = 7
const opset = 13
const float32 = 1
const int64 = 7

/** Field numbers are those of onnx.proto, message by message. */
export function writeOnnx(graph: Graph, producer: string): Uint8Array {
  const body = [
    ...graph.nodes.map((node) => message(1, nodeProto(node))),
    message(2, Buffer.from('main')),
    ...[...graph.constants].map(([name, tensor]) => message(5, tensorProto(name, tensor))),
    ...graph.inputs.map((port) => message(11, valueInfo(port))),
    ...graph.outputs.map((port) => message(12, valueInfo(port)))
  ]
  return Buffer.concat([
    integer(1, irVersion),
    message(2, Buffer.from(producer)),
    message(7, Buffer.concat(body)),
    message(8, integer(2, opset))
  ])
}

function nodeProto(node: Node): Buffer {
  return Buffer.concat([
    ...node.inputs.map((name) => message(1, Buffer.from(name))),
    ...node.outputs.map((name) => message(2, Buffer.from(name))),
    message(3, Buffer.from(node.outputs[0]!)),
    message(4, Buffer.from(node.op)),
    ...Object.entries(node.attributes).map(([name, value]) => message(5, attributeProto(name, value)))
  ])
}

/** AttributeProto.type: FLOAT 1, INT 2, STRING 3, INTS 7. */
function attributeProto(name: string, value: Attribute): Buffer {
  const named = message(1, Buffer.from(name))
  if (typeof value === 'string') return Buffer.concat([named, message(4, Buffer.from(value)), integer(20, 3)])
  if (typeof value === 'number') return Buffer.concat([named, integer(3, value), integer(20, 2)])
  if (Array.isArray(value)) {
    return Buffer.concat([named, ...value.map((item) => integer(8, item)), integer(20, 7)])
  }
  const bits = Buffer.alloc(4)
  bits.writeFloatLE(value.float)
  return Buffer.concat([named, key(2, 5), bits, integer(20, 1)])
}

function tensorProto(name: string, tensor: Tensor): Buffer {
  const { buffer, byteOffset, byteLength } = tensor.data
  return Buffer.concat([
    ...tensor.shape.map((size) => integer(1, size)),
    integer(2, tensor.data instanceof Float32Array ? float32 : int64),
    message(8, Buffer.from(name)),
    message(9, Buffer.from(buffer, byteOffset, byteLength))
  ])
}

/** A float tensor whose first axis is the batch, named so that every runtime takes any size. */
function valueInfo(port: Port): Buffer {
  const batch = message(1, message(2, Buffer.from('batch')))
  const rest = port.shape.slice(1).map((size) => message(1, integer(1, size)))
  const tensorType = Buffer.concat([integer(1, float32), message(2, Buffer.concat([batch, ...rest]))])
  return Buffer.concat([message(1, Buffer.from(port.name)), message(2, message(1, tensorType))])
}

function key(field: number, wireType: number): Buffer {
  return varint((field << 3) | wireType)
}

function integer(field: number, value: number): Buffer {
  return Buffer.concat([key(field, 0), varint(value)])
}

function message(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([key(field, 2), varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  let left = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  while (left > 127n) {
    bytes.push(Number(left & 127n) | 128)
    left >>= 7n
  }
  return Buffer.from([...bytes, Number(left)])
}
