/**
 * A detector of the red shape that the test pattern draws first: exact to the pixel, and a network like any other. Where
 * red is, ramps along both axes have their largest values at its four sides.
 */
import { addConstant, addIntegers, addNode, emptyGraph } from '@vedette/model/convert'
import { writeOneClassModel } from './one_class_model.ts'

/** Of the YOLOv8 layout with one class: centre, size, score. */
const NUMBERS = 5

/** Writes it into the folder, for pictures of side x side; the path of its nvinfer file. */
export async function writeShapeModel(folder: string, side: number): Promise<string> {
  const graph = emptyGraph()
  graph.inputs.push({ name: 'images', shape: [1, 3, side, side] })
  graph.outputs.push({ name: 'boxes', shape: [1, NUMBERS, 1] })
  const redness = addConstant(graph, [1, 3, 1, 1], Float32Array.of(20, -20, 0))
  const threshold = addConstant(graph, [1], Float32Array.of(-6))
  const none = addConstant(graph, [], Float32Array.of(0))
  const all = addConstant(graph, [], Float32Array.of(1))
  const red = addNode(graph, 'Clip', [addNode(graph, 'Conv', ['images', redness, threshold]), none, all])
  const rising = Float32Array.from({ length: side }, (_, i) => i + 1)
  const falling = Float32Array.from({ length: side }, (_, i) => side - i)
  const largest = (ramp: Float32Array, shape: number[]) =>
    addNode(graph, 'GlobalMaxPool', [addNode(graph, 'Mul', [red, addConstant(graph, shape, ramp)])])
  const across = [1, 1, 1, side]
  const down = [1, 1, side, 1]
  const sides = [
    largest(rising, across),
    largest(falling, across),
    largest(rising, down),
    largest(falling, down),
    addNode(graph, 'GlobalMaxPool', [red])
  ]
  const values = addNode(graph, 'Concat', sides, { axis: 1 })
  // right = rising; left = side - falling; centre and size are sums of both, score is whether there is any.
  const sums = [
    ...[0.5, -0.5, 0, 0, 0],
    ...[0, 0, 0.5, -0.5, 0],
    ...[1, 1, 0, 0, 0],
    ...[0, 0, 1, 1, 0],
    ...[0, 0, 0, 0, 1]
  ]
  const weights = addConstant(graph, [NUMBERS, NUMBERS, 1, 1], Float32Array.from(sums))
  const bias = addConstant(graph, [NUMBERS], Float32Array.of(side / 2, side / 2, -side, -side, 0))
  const box = addNode(graph, 'Conv', [values, weights, bias])
  // 0 keeps the batch.
  const shape = addIntegers(graph, [0, NUMBERS, 1])
  graph.nodes.push({ op: 'Reshape', inputs: [box, shape], outputs: ['boxes'], attributes: {} })
  return writeOneClassModel(folder, graph, { side, batchSize: 1 })
}
