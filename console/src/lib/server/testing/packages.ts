/** Packages whose files fit each other; their nets are nothing but names and shapes. */
import {
  describeFiles,
  families,
  labelsText,
  type Manifest,
  packageArchive,
  type Task,
  writeClassifier,
  writeManifest,
  writeNvinfer
} from '@vedette/model'
import { emptyGraph, writeOnnx } from '@vedette/model/convert'

const input = { channels: 3, height: 32, width: 32, layout: 'NCHW' } as const
const about = { format: 1, version: '1.2.3', licence: 'Apache-2.0', source: 'npm:tiny@1.0.0' } as const

/** The smallest YOLOX there can be, for two labels. */
export function detectorArchive(name = 'tiny.net', labels = ['car', 'person']): Promise<Uint8Array> {
  const nvinfer = writeNvinfer({ family: 'yolox', input, classes: labels.length, ...families.yolox })
  const identity = { ...about, name, labels, task: 'detection', family: 'yolox' } as const
  return archive(identity, [16 + 4 + 1, 5 + 2], nvinfer)
}

export function classifierArchive(name = 'colour', labels = ['red', 'green', 'blue']): Promise<Uint8Array> {
  const { preprocessing } = families.yolov8
  const nvinfer = writeClassifier({ type: name, input, preprocessing, threshold: 0.5 })
  return archive({ ...about, name, labels, task: 'classification' }, [3], nvinfer)
}

type Identity = Manifest extends infer M ? (M extends { task: Task } ? Omit<M, 'files'> : never) : never

async function archive(identity: Identity, output: number[], nvinfer: string): Promise<Uint8Array> {
  const graph = emptyGraph()
  graph.inputs.push({ name: 'picture', shape: [1, 3, 32, 32] })
  graph.outputs.push({ name: 'cells', shape: [1, ...output] })
  const text = (words: string) => new TextEncoder().encode(words)
  const contents = {
    'labels.txt': text(labelsText(identity.task, identity.labels)),
    'model.onnx': writeOnnx(graph, 'test'),
    'nvinfer.txt': text(nvinfer)
  }
  const files = await describeFiles(contents)
  return packageArchive(writeManifest({ ...identity, files }), contents)
}
