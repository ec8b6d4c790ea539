import { expect, test } from 'vitest'
import { emptyGraph } from './convert/graph.ts'
import { writeOnnx } from './convert/writer.ts'
import { families } from './families.ts'
import { writeClassifier, writeNvinfer } from './nvinfer.ts'
import { describeFiles, labelsText, type Manifest, type PackageContents } from './package.ts'
import { checkPackage } from './package_fit.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const about = { format: 1, version: '1.0.0', licence: 'Apache-2.0', source: 'made by a test' } as const

/** A net of one node: its shapes are all that is looked at. */
function onnx(input: number[], output: number[], op = 'Softmax'): Uint8Array {
  const graph = emptyGraph()
  graph.inputs.push({ name: 'picture', shape: [1, ...input] })
  graph.outputs.push({ name: 'result', shape: [1, ...output] })
  graph.nodes.push({ op, inputs: ['picture'], outputs: ['result'], attributes: {} })
  return writeOnnx(graph, 'test')
}

const input = { channels: 3, height: 64, width: 96, layout: 'NCHW' } as const

async function detector(part: Partial<PackageContents> = {}, labels = ['person', 'car']) {
  const nvinfer = writeNvinfer({ family: 'yolox', input, classes: labels.length, ...families.yolox })
  const contents = {
    'labels.txt': bytes(labelsText('detection', labels)),
    'model.onnx': onnx([3, 64, 96], [(12 * 8 + 6 * 4 + 3 * 2) as number, 7]),
    'nvinfer.txt': bytes(nvinfer),
    ...part
  }
  const files = await describeFiles(contents)
  const manifest: Manifest = { ...about, name: 'street', task: 'detection', family: 'yolox', labels, files }
  return { manifest, contents, nvinfer }
}

async function classifier(model: Uint8Array, labels = ['red', 'green', 'blue']) {
  const { preprocessing } = families.yolov8
  const contents = {
    'labels.txt': bytes(labelsText('classification', labels)),
    'model.onnx': model,
    'nvinfer.txt': bytes(writeClassifier({ type: 'colour', input, preprocessing, threshold: 0.5 }))
  }
  const files = await describeFiles(contents)
  const manifest: Manifest = { ...about, name: 'colour', task: 'classification', labels, files }
  return { manifest, contents }
}

test('a package whose files fit each other passes, of a detector and of a classifier', async () => {
  const found = await detector()
  await expect(checkPackage(found.manifest, found.contents)).resolves.toBeUndefined()
  const colour = await classifier(onnx([3, 64, 96], [3]))
  await expect(checkPackage(colour.manifest, colour.contents)).resolves.toBeUndefined()
})

test.each([
  [
    'num-detected-classes=2',
    'num-detected-classes=80',
    /says num-detected-classes=80, expected 2, as there are labels/
  ],
  ['infer-dims=3;64;96', 'infer-dims=3;640;640', /says infer-dims=3;640;640, expected 3;64;96/],
  ['onnx-file=model.onnx', 'onnx-file=other.onnx', /says onnx-file=other\.onnx, expected model\.onnx/],
  [
    'NvDsInferParseCustomYoloX',
    'NvDsInferParseYolo',
    /expected NvDsInferParseCustomYoloX, the parser of the family yolox/
  ],
  ['network-type=0', 'network-type=1', /says network-type=1, expected 0, a detector/],
  ['network-input-order=0', 'network-input-order=1', /says network-input-order=1, expected 0, NCHW/],
  ['[property]', '[properties]', /has no group \[property\]/]
])('nvinfer.txt that says %s as %s is refused with what was expected', async (from, to, said) => {
  const { nvinfer } = await detector()
  const { manifest, contents } = await detector({ 'nvinfer.txt': bytes(nvinfer.replace(from, to)) })
  await expect(checkPackage(manifest, contents)).rejects.toThrow(said)
})

test('an ONNX file of another family, or with other classes, is refused', async () => {
  const other = await detector({ 'model.onnx': onnx([3, 64, 96], [126, 85]) })
  await expect(checkPackage(other.manifest, other.contents)).rejects.toThrow(/would fit a list of 80 labels/)
  const noise = await detector({ 'model.onnx': bytes('weights') })
  await expect(checkPackage(noise.manifest, noise.contents)).rejects.toThrow(/Not an ONNX file/)
})

test('a classifier must give a probability for each label', async () => {
  const check = async (model: Uint8Array) => {
    const { manifest, contents } = await classifier(model)
    return checkPackage(manifest, contents)
  }
  await expect(check(onnx([3, 64, 96], [7]))).rejects.toThrow(/7 classes, expected 3.*a list of 7 labels/)
  await expect(check(onnx([3, 64, 96], [20, 3]))).rejects.toThrow(/not those of a classifier/)
  await expect(check(onnx([3, 64, 96], [3], 'Gemm'))).rejects.toThrow(/made by Gemm.*export the model with its softmax/)
})
