/**
 * Do the files of a package fit each other? What a box would find out only by running it is told to the person who
 * uploads it: shapes, labels, size, parser and kind of network, as nvinfer.txt says them and as the ONNX file has them.
 */
import { checkClassifier, checkFit, type Fit } from './check.ts'
import { ModelError } from './error.ts'
import { families } from './families.ts'
import { parseIni } from './ini.ts'
import { inspectOnnx } from './onnx.ts'
import { checkContents, type Manifest, type PackageContents } from './package.ts'

export async function checkPackage(manifest: Manifest, contents: PackageContents): Promise<void> {
  await checkContents(manifest, contents)
  const property = parseIni(new TextDecoder().decode(contents['nvinfer.txt'])).get('property')
  if (!property) throw fault('has no group [property]', 'the configuration of nvinfer')
  const classes = manifest.labels.length
  const size = sizeOf(property)
  const summary = inspectOnnx(contents['model.onnx'])
  const fit =
    manifest.task === 'detection'
      ? checkFit(summary, { family: manifest.family, classes, ...size })
      : checkClassifier(summary, { classes, ...size })
  for (const [key, expected] of Object.entries({ ...wanted(manifest), ...ofInput(fit) })) {
    const found = property.get(key)
    if (!expected.values.includes(found ?? '')) {
      throw fault(`says ${key}=${found ?? '(nothing)'}`, `${expected.values[0]}, ${expected.because}`)
    }
  }
}

interface Expected {
  /** The first one is named to people. */
  values: string[]
  because: string
}

function wanted(manifest: Manifest): Record<string, Expected> {
  const files = {
    'onnx-file': { values: ['model.onnx'], because: 'the model of the package' },
    'labelfile-path': { values: ['labels.txt'], because: 'the labels of the package' }
  }
  if (manifest.task === 'classification') {
    return {
      ...files,
      'network-type': { values: ['1'], because: 'a classifier' },
      'process-mode': { values: ['2'], because: 'which runs on objects' }
    }
  }
  const { labels, family } = manifest
  return {
    ...files,
    'network-type': { values: ['0', ''], because: 'a detector' },
    'num-detected-classes': { values: [String(labels.length)], because: 'as there are labels' },
    'parse-bbox-func-name': { values: [families[family].parser], because: `the parser of the family ${family}` }
  }
}

/** What the ONNX file says of its input, in nvinfer's keys. */
function ofInput({ input }: Fit): Record<string, Expected> {
  const { channels, height, width, layout } = input
  const because = `the input of model.onnx`
  return {
    'network-input-order': { values: layout === 'NCHW' ? ['0', ''] : ['1'], because: `${layout} as ${because}` },
    'model-color-format': {
      values: channels === 1 ? ['2'] : ['0', '1', ''],
      because: `${channels} colours as ${because}`
    },
    // nvinfer wants it where the batch is dynamic.
    'infer-dims': { values: [`${channels};${height};${width}`], because }
  }
}

/** infer-dims is channels;height;width: what a model that leaves its size open runs at. */
function sizeOf(property: ReadonlyMap<string, string>): { size?: { width: number; height: number } } {
  const [, height, width] = (property.get('infer-dims') ?? '').split(';').map(Number)
  return height && width ? { size: { width, height } } : {}
}

function fault(found: string, expected: string): ModelError {
  return new ModelError(
    'package',
    `nvinfer.txt ${found}, expected ${expected}. Make the package again with "vedette model import".`
  )
}
