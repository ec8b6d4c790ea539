// Makes a package from an ONNX file of a supported family.
import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { checkFit } from '../check.ts'
import { ModelError } from '../error.ts'
import { type FamilyName, families, familyNames, type Preprocessing, type Thresholds } from '../families.ts'
import { writeNvinfer } from '../nvinfer.ts'
import { inspectOnnx } from '../onnx.ts'
import { parseLabels } from '../package.ts'
import { modelsFolder } from './build.ts'
import { type WrittenPackage, writePackage } from './write_package.ts'

export interface ImportOptions {
  /** The .onnx file. */
  file: string
  /** One of the family names; checked here, because it comes from a command line. */
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
}

export async function importModel(options: ImportOptions): Promise<WrittenPackage> {
  const family = familyNames.find((name): name is FamilyName => name === options.parser)
  if (!family) {
    throw new ModelError('manifest', `--parser ${options.parser}: expected one of ${familyNames.join(', ')}.`)
  }
  const onnx = await read(options.file, 'the ONNX file')
  const labels = parseLabels((await read(options.labels, 'the labels')).toString('utf8'))
  const size = options.size && { size: options.size }
  const fit = checkFit(inspectOnnx(onnx), { family, classes: labels.length, ...size })
  const nvinfer = writeNvinfer({
    family,
    input: fit.input,
    classes: labels.length,
    preprocessing: { ...families[family].preprocessing, ...options.preprocessing },
    thresholds: { ...families[family].thresholds, ...options.thresholds }
  })
  return writePackage(
    options.out ?? modelsFolder(),
    {
      name: options.name ?? nameFrom(options.file),
      version: options.version ?? '1.0.0',
      family,
      licence: options.licence ?? 'LicenseRef-unknown',
      source: options.source ?? basename(options.file),
      labels
    },
    {
      'labels.txt': Buffer.from(`${labels.join('\n')}\n`),
      'model.onnx': onnx,
      'nvinfer.txt': Buffer.from(nvinfer)
    }
  )
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
