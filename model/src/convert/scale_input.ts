// Per-channel scaling of the input, folded into the convolutions that read it.
import type { Graph } from './graph.ts'

/** Exact also at the border: there the padding is zero, before and after. */
export function scaleInputChannels(graph: Graph, scales: number[]): void {
  const input = graph.inputs[0]!.name
  const readers = graph.nodes.filter((node) => node.inputs.includes(input))
  const stranger = readers.find((node) => node.op !== 'Conv' || (node.attributes.group ?? 1) !== 1)
  if (stranger) throw new Error(`Input "${input}" is read by a ${stranger.op}, expected plain convolutions only.`)
  for (const conv of readers) {
    const weights = graph.constants.get(conv.inputs[1]!)!
    const [outChannels, channels, height, width] = weights.shape as [number, number, number, number]
    const area = height * width
    const scaled = Float32Array.from(weights.data as Float32Array, (weight, index) => {
      return weight * scales[Math.floor(index / area) % channels]!
    })
    graph.constants.set(conv.inputs[1]!, { shape: [outChannels, channels, height, width], data: scaled })
  }
}
