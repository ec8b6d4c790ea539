/** A model that costs nothing and finds nothing, or always the same: what is left is to decode, scale, convert, batch. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addConstant, addIntegers, emptyGraph, writeOnnx } from '@vedette/model/convert'

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
  await writeFile(join(folder, 'model.onnx'), writeOnnx(graph, 'vedette'))
  const config = join(folder, 'nvinfer.txt')
  await writeFile(config, nvinfer(side))
  return config
}

function nvinfer(side: number): string {
  return `[property]
onnx-file=model.onnx
num-detected-classes=1
batch-size=8
infer-dims=3;${side};${side}
model-color-format=0
net-scale-factor=0.0039215686
cluster-mode=4
custom-lib-path=libvedette_parsers.so
parse-bbox-func-name=NvDsInferParseCustomYoloV8

[class-attrs-all]
pre-cluster-threshold=0.5
`
}
