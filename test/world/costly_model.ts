/** A detector that finds nothing and whose inference costs a chosen number of multiplications. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addConstant, addIntegers, addNode, emptyGraph, importModel, writeOnnx } from '@vedette/model/convert'

const SIDE = 64
const CHANNELS = 64
const KERNEL = 3
/** Multiplications of one layer. */
const LAYER = SIDE * SIDE * CHANNELS * CHANNELS * KERNEL * KERNEL
/** Of the YOLOv8 layout with one class: centre, size, score. */
const NUMBERS = 5

/** The archive's path. */
export async function writeCostlyModel(dir: string, multiplications: number): Promise<string> {
  const graph = emptyGraph()
  graph.inputs.push({ name: 'images', shape: [1, 3, SIDE, SIDE] })
  graph.outputs.push({ name: 'boxes', shape: [1, NUMBERS, 1] })
  const widen = addConstant(graph, [CHANNELS, 3, 1, 1], new Float32Array(CHANNELS * 3).fill(0.1))
  const same = addConstant(
    graph,
    [CHANNELS, CHANNELS, KERNEL, KERNEL],
    new Float32Array(CHANNELS * CHANNELS * KERNEL * KERNEL).fill(1 / (CHANNELS * KERNEL * KERNEL))
  )
  let last = addNode(graph, 'Conv', ['images', widen])
  for (let layer = 0; layer < multiplications / LAYER; layer++)
    last = addNode(graph, 'Conv', [last, same], { pads: [1, 1, 1, 1], kernel_shape: [KERNEL, KERNEL] })
  const nothing = addConstant(graph, [NUMBERS, CHANNELS, 1, 1], new Float32Array(NUMBERS * CHANNELS))
  const mean = addNode(graph, 'GlobalAveragePool', [last])
  const scores = addNode(graph, 'Conv', [mean, nothing])
  // 0 keeps the batch.
  const shape = addIntegers(graph, [0, NUMBERS, 1])
  graph.nodes.push({ op: 'Reshape', inputs: [scores, shape], outputs: ['boxes'], attributes: {} })
  const file = join(dir, 'costly.onnx')
  const labels = join(dir, 'costly.txt')
  await writeFile(file, writeOnnx(graph, 'vedette'))
  await writeFile(labels, 'thing\n')
  const { archive } = await importModel({ file, labels, parser: 'yolov8', out: dir })
  return archive
}
