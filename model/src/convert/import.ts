// Makes a package from an ONNX file: of a detector of a supported family, or of a classifier.
import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { checkClassifier, checkFit } from '../check.ts'
import { ModelError } from '../error.ts'
import { type FamilyName, families, familyNames, type Preprocessing, type Thresholds } from '../families.ts'
import { writeClassifier, writeNvinfer } from '../nvinfer.ts'
import { inspectOnnx } from '../onnx.ts'
import { labelsText, parseLabels } from '../package.ts'
import { modelsFolder } from './build.ts'
import { type WrittenPackage, writePackage } from './write_package.ts'

const classifier = 'classifier'

/** What `parser` may be. */
export const parserNames: readonly string[] = [...familyNames, classifier]

/** Of a classifier, unless told: RGB from 0 to 1, the object's box stretched over the input. */
const classifierPreprocessing: Preprocessing = { ...families.yolov8.preprocessing, aspect: 'stretch' }

export interface ImportOptions {
  /** The .onnx file. */
  file: string
  /** One of `parserNames`; checked here, because it comes from a command line. */
  parser: string
  /** Text file, one label per line, in the order of the class ids. */
  labels: string
  /** Default: from the file's name. */
  name?: string
  /** Default: 1.0.0. */
  version?: string
  /** SPDX; default: LicenseRef-unknown, because a box owner should see that nobody looked. */
  licence?: string
  /** Default: the file's name. */
  source?: string
  /** Folder of packages; default: the cache's. */
  out?: string
  /** Only for models that leave their input's size open. */
  size?: { width: number; height: number }
  /** Where the model was trained on other pixels or wants other thresholds than its family usually does. */
  preprocessing?: Partial<Preprocessing>
  thresholds?: Partial<Thresholds>
  /** `done`: 0 … 1. */
  progress?: ((words: string, done: number) => void) | undefined
}

export async function importModel(options: ImportOptions): Promise<WrittenPackage> {
  const { parser } = options
  if (!parserNames.includes(parser)) {
    throw new ModelError('manifest', `--parser ${parser}: expected one of ${parserNames.join(', ')}.`)
  }
  const progress = options.progress ?? (() => undefined)
  progress(`reading ${options.file}`, 0)
  const onnx = await read(options.file, 'the ONNX file')
  const labels = parseLabels((await read(options.labels, 'the labels')).toString('utf8'))
  const name = options.name ?? nameFrom(options.file)
  const about = {
    name,
    version: options.version ?? '1.0.0',
    licence: options.licence ?? 'LicenseRef-unknown',
    source: options.source ?? basename(options.file),
    labels
  }
  const family = familyNames.find((one) => one === parser)
  progress('checking its shapes', 0.2)
  const nvinfer = family
    ? detector(family, onnx, { ...options, labels })
    : classifierOf(name, onnx, { ...options, labels })
  progress('packing', 0.4)
  return writePackage(
    options.out ?? modelsFolder(),
    family ? { ...about, task: 'detection', family } : { ...about, task: 'classification' },
    {
      'labels.txt': Buffer.from(labelsText(family ? 'detection' : 'classification', labels)),
      'model.onnx': onnx,
      'nvinfer.txt': Buffer.from(nvinfer)
    }
  )
}

type Wishes = Pick<ImportOptions, 'size' | 'preprocessing' | 'thresholds'> & { labels: string[] }

function detector(family: FamilyName, onnx: Buffer, { size, preprocessing, thresholds, labels }: Wishes): string {
  const { input } = checkFit(inspectOnnx(onnx), { family, classes: labels.length, ...(size && { size }) })
  const usual = families[family]
  return writeNvinfer({
    family,
    input,
    classes: labels.length,
    preprocessing: { ...usual.preprocessing, ...preprocessing },
    thresholds: { ...usual.thresholds, ...thresholds }
  })
}

function classifierOf(type: string, onnx: Buffer, { size, preprocessing, thresholds, labels }: Wishes): string {
  const { input } = checkClassifier(inspectOnnx(onnx), { classes: labels.length, ...(size && { size }) })
  return writeClassifier({
    type,
    input,
    preprocessing: { ...classifierPreprocessing, ...preprocessing },
    threshold: thresholds?.preCluster ?? 0.5
  })
}

async function read(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new ModelError('files', `Cannot read ${what}, ${path}: ${(error as Error).message}`)
  }
}

/** "YOLOX_s (1).onnx" becomes "yolox_s-1". */
function nameFrom(file: string): string {
  const stem = basename(file, extname(file)).toLowerCase()
  return stem.replace(/[^a-z0-9._]+/g, '-').replace(/^[^a-z0-9]+|-+$/g, '') || 'model'
}
