/** A model that costs nothing and finds nothing, or always the same: what is left is to decode, scale, convert, batch. */
import { addConstant, addIntegers, emptyGraph } from '@vedette/model/convert'
import { writeOneClassModel } from '../world/one_class_model.ts'

/** One box of the YOLOv8 layout: centre, size and the score of one class. */
const NUMBERS = 5
const NOTHING = [0, 0, 0, 0, 0]

/** Writes it into the folder; the path of its nvinfer file. */
export async function writeNullModel(folder: string, side: number, found: number[] = NOTHING): Promise<string> {
  const graph = emptyGraph()
  graph.inputs.push({ name: 'input', shape: [1, 3, side, side] })
  graph.outputs.push({ name: 'boxes', shape: [1, NUMBERS, 1] })
  const weights = addConstant(graph, [NUMBERS, 3, 1, 1], new Float32Array(NUMBERS * 3))
  const bias = addConstant(graph, [NUMBERS], new Float32Array(found))
  // 0 keeps the batch.
  const shape = addIntegers(graph, [0, NUMBERS, 1])
  graph.nodes.push(
    { op: 'GlobalAveragePool', inputs: ['input'], outputs: ['mean'], attributes: {} },
    { op: 'Conv', inputs: ['mean', weights, bias], outputs: ['scores'], attributes: {} },
    { op: 'Reshape', inputs: ['scores', shape], outputs: ['boxes'], attributes: {} }
  )
  return writeOneClassModel(folder, graph, { side, batchSize: 8 })
}
