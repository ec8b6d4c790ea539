// An ONNX graph under construction: plain data, filled by the converters, written by `writer.ts`.

export interface Tensor {
  shape: number[]
  data: Float32Array | BigInt64Array
}

export type Attribute = number | string | number[] | { float: number }

export interface Node {
  op: string
  inputs: string[]
  outputs: string[]
  attributes: Record<string, Attribute>
}

/** A named input or output. Axis 0 is always the batch, and always dynamic. */
export interface Port {
  name: string
  shape: number[]
}

export interface Graph {
  nodes: Node[]
  constants: Map<string, Tensor>
  inputs: Port[]
  outputs: Port[]
}

export function emptyGraph(): Graph {
  return { nodes: [], constants: new Map(), inputs: [], outputs: [] }
}

export function addConstant(graph: Graph, shape: number[], data: Tensor['data']): string {
  const name = `constant_${graph.constants.size}`
  graph.constants.set(name, { shape, data })
  return name
}

export function addIntegers(graph: Graph, values: number[]): string {
  return addConstant(
    graph,
    [values.length],
    BigInt64Array.from(values, (value) => BigInt(value))
  )
}

export function addNode(graph: Graph, op: string, inputs: string[], attributes: Node['attributes'] = {}): string {
  return addNodes(graph, op, inputs, attributes, 1)[0]!
}

/** A node with several outputs, such as Split. */
export function addNodes(
  graph: Graph,
  op: string,
  inputs: string[],
  attributes: Node['attributes'],
  count: number
): string[] {
  const outputs = Array.from({ length: count }, (_, index) => `${op.toLowerCase()}_${graph.nodes.length}_${index}`)
  graph.nodes.push({ op, inputs, outputs, attributes })
  return outputs
}

export function producerOf(graph: Graph, name: string): Node | undefined {
  return graph.nodes.find((node) => node.outputs.includes(name))
}

/** Without nodes and constants that no output needs: folding leaves the unfolded ones behind. */
export function withoutDeadNodes(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((port) => port.name))
  const nodes = graph.nodes
    .toReversed()
    .filter((node) => {
      const isNeeded = node.outputs.some((output) => needed.has(output))
      if (isNeeded) for (const input of node.inputs) needed.add(input)
      return isNeeded
    })
    .toReversed()
  const constants = new Map([...graph.constants].filter(([name]) => needed.has(name)))
  return { ...graph, nodes, constants }
}
