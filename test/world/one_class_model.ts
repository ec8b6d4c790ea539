/** Models of a few numbers that are made for one test: their ONNX file and what tells vdinfer to read it as a YOLO. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Graph, writeOnnx } from '@vedette/model/convert'

/** Returns the path of the configuration. `graph` has an input of 3 × side × side and the output of a YOLOv8 of one class. */
export async function writeOneClassModel(
  folder: string,
  graph: Graph,
  { side, batchSize }: { side: number; batchSize: number }
): Promise<string> {
  await writeFile(join(folder, 'model.onnx'), writeOnnx(graph, 'vedette'))
  const config = join(folder, 'nvinfer.txt')
  await writeFile(
    config,
    `[property]
onnx-file=model.onnx
num-detected-classes=1
batch-size=${batchSize}
infer-dims=3;${side};${side}
model-color-format=0
net-scale-factor=0.0039215686
cluster-mode=4
custom-lib-path=libvedette_parsers.so
parse-bbox-func-name=NvDsInferParseCustomYoloV8

[class-attrs-all]
pre-cluster-threshold=0.5
`
  )
  return config
}
