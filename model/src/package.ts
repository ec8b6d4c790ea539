/** A model package: `model.yaml` names everything, and the SHA-256 of every other file. */
import Type, { type Static } from 'typebox'
import { Errors } from 'typebox/value'
import { parseDocument, stringify } from 'yaml'
import { ModelError } from './error.ts'
import { type FamilyName, familyNames } from './families.ts'
import { sha256 } from './sha256.ts'

const closed = { additionalProperties: false }

export const FileRecord = Type.Object(
  { sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }), bytes: Type.Integer({ minimum: 0 }) },
  closed
)
export type FileRecord = Static<typeof FileRecord>

const about = {
  format: Type.Literal(1),
  /** Part of folder and file names, hence the narrow alphabet. */
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,62}$' }),
  version: Type.String({ pattern: '^\\d+\\.\\d+\\.\\d+([-+][0-9A-Za-z.-]+)?$' }),
  /** SPDX identifier or expression. */
  licence: Type.String({ minLength: 1 }),
  /** Where the weights come from: an address or `npm:name@version`. */
  source: Type.String({ minLength: 1 }),
  /** Class id i is labels[i]. */
  labels: Type.Array(Type.String({ minLength: 1, pattern: '^[^\\r\\n;]+$' }), { minItems: 1, maxItems: 10_000 }),
  files: Type.Object(
    {
      'labels.txt': FileRecord,
      'model.onnx': FileRecord,
      'nvinfer.txt': FileRecord,
      'calibration.txt': Type.Optional(FileRecord)
    },
    closed
  )
}

/** Finds objects in pictures. */
const Detector = Type.Object(
  {
    ...about,
    task: Type.Literal('detection'),
    family: Type.Unsafe<FamilyName>(Type.Union(familyNames.map((name) => Type.Literal(name))))
  },
  closed
)

/** Says of an object that a detector has found which one of its labels it is. */
const Classifier = Type.Object({ ...about, task: Type.Literal('classification') }, closed)

export const tasks = ['detection', 'classification'] as const
export type Task = (typeof tasks)[number]
export type Manifest = Static<typeof Detector> | Static<typeof Classifier>

export const packageFiles = ['labels.txt', 'model.onnx', 'nvinfer.txt'] as const
export type PackageFile = (typeof packageFiles)[number]
/** TensorRT's INT8 calibration table (`int8-calib-file`), which not every package has. */
export const calibrationFile = 'calibration.txt'
export type PackageContents = Record<PackageFile, Uint8Array> & Partial<Record<typeof calibrationFile, Uint8Array>>

/** From the text of model.yaml; the error names the first key at fault. */
export function parseManifest(text: string): Manifest {
  const document = parseDocument(text)
  const broken = document.errors[0]
  if (broken) throw new ModelError('manifest', `model.yaml is not YAML: ${broken.message}`)
  const value: unknown = document.toJS()
  const [fault] = Errors(taskOf(value) === 'classification' ? Classifier : Detector, value)
  if (fault) {
    const at = fault.instancePath.slice(1).replaceAll('/', '.') || 'the document'
    const received = valueAt(value, fault.instancePath)
    throw new ModelError(
      'manifest',
      `model.yaml: ${at} ${fault.message}, received ${JSON.stringify(received) ?? 'nothing'}`
    )
  }
  return value as Manifest
}

/** Anything else than a task that is known is measured as a detector, whose schema then names it. */
function taskOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'task' in value ? value.task : undefined
}

export function writeManifest(manifest: Manifest): string {
  return stringify(manifest, { lineWidth: 120 })
}

export function packageFolder(identity: { name: string; version: string }): string {
  return `${identity.name}-${identity.version}`
}

export async function describeFiles(contents: PackageContents): Promise<Manifest['files']> {
  const describe = async (bytes: Uint8Array) => ({ sha256: await sha256(bytes), bytes: bytes.length })
  const calibration = contents[calibrationFile]
  return {
    'labels.txt': await describe(contents['labels.txt']),
    'model.onnx': await describe(contents['model.onnx']),
    'nvinfer.txt': await describe(contents['nvinfer.txt']),
    ...(calibration && { [calibrationFile]: await describe(calibration) })
  }
}

/** Every file is there, unchanged, and labels.txt says what model.yaml says. */
export async function checkContents(manifest: Manifest, contents: Partial<PackageContents>): Promise<void> {
  for (const file of [...packageFiles, calibrationFile] as const) {
    const bytes = contents[file]
    const expected = manifest.files[file]
    if (!expected && !bytes) continue
    if (!expected) throw new ModelError('files', `${file} is not in the list of model.yaml; make the package again.`)
    if (!bytes)
      throw new ModelError('files', `${file} is missing; model.yaml lists it, make or send the package again.`)
    const found = { sha256: await sha256(bytes), bytes: bytes.length }
    if (found.sha256 !== expected.sha256) {
      throw new ModelError(
        'files',
        `${file} is not the file model.yaml lists: expected sha256 ${expected.sha256} (${expected.bytes} bytes), ` +
          `found ${found.sha256} (${found.bytes} bytes); make or send the package again.`
      )
    }
  }
  const labels = labelsOf(manifest.task, new TextDecoder().decode(contents['labels.txt']))
  const differing = manifest.labels.findIndex((label, index) => label !== labels[index])
  if (differing >= 0 || labels.length !== manifest.labels.length) {
    throw new ModelError(
      'labels',
      `labels.txt has ${labels.length} labels, model.yaml ${manifest.labels.length}; they first differ at class ` +
        `${differing >= 0 ? differing : manifest.labels.length}. Make both the same.`
    )
  }
}

/**
 * As nvinfer reads the file: a line has one label of a detector, or all labels of a classifier with semicolons between.
 */
export function labelsOf(task: Task, text: string): string[] {
  return task === 'detection' ? parseLabels(text) : parseLabels(text.trimEnd().replaceAll(';', '\n'))
}

export function labelsText(task: Task, labels: readonly string[]): string {
  return `${labels.join(task === 'detection' ? '\n' : ';')}\n`
}

/** One label per line; empty lines at the end do not count. */
export function parseLabels(text: string): string[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trim())
  const empty = lines.indexOf('')
  if (empty >= 0) throw new ModelError('labels', `Labels: line ${empty + 1} is empty, expected one label per line.`)
  return lines
}

function valueAt(value: unknown, pointer: string): unknown {
  let found = value
  for (const key of pointer.split('/').slice(1)) found = (found as Record<string, unknown> | undefined)?.[key]
  return found
}
