/** Detection strategies: who looks at frames beside the models (configs/strategies). */
import { readFileSync } from 'node:fs'
import { check, Fraction, Id, ProtocolError } from '@vedette/protocol'
import Type, { type Static } from 'typebox'
import { closed } from './closed.ts'
import { FilePath } from './file_path.ts'

const Optional = Type.Optional
const Label = Type.String({ minLength: 1, maxLength: 100 })
const Labels = Type.Array(Label, { minItems: 1, maxItems: 100 })

const Kind = Type.Union([
  Type.Literal('yolo'),
  Type.Literal('onnx'),
  Type.Literal('template'),
  Type.Literal('motion'),
  Type.Literal('module')
])
type Kind = Static<typeof Kind>

export const StrategyFile = Type.Object(
  {
    name: Id,
    enabled: Optional(Type.Boolean()),
    /** Absent: module where there is one, else what the name says. */
    kind: Optional(Kind),
    /** A user's own module (TypeScript or JavaScript). */
    module: Optional(FilePath),
    /** What the module exports; absent: its default. */
    class: Optional(Type.String({ minLength: 1 })),
    labels: Optional(Labels),
    /** A file with one label in each line. */
    labelsPath: Optional(FilePath),
    /** Of yolo and onnx: a model package. */
    modelPath: Optional(FilePath),
    /** Of template. */
    templates: Optional(
      Type.Array(Type.Object({ label: Label, file: FilePath }, closed), { minItems: 1, maxItems: 64 })
    ),
    /** Of the frames that it is given; at most the camera's own. */
    width: Optional(Type.Integer({ minimum: 32, maximum: 3840 })),
    maxFps: Optional(Type.Number({ minimum: 0.5, maximum: 60 })),
    /** For one frame. */
    limitMs: Optional(Type.Integer({ minimum: 10, maximum: 60_000 })),
    memoryMiB: Optional(Type.Integer({ minimum: 64, maximum: 65_536 })),
    config: Optional(Type.Record(Type.String(), Type.Unknown()))
  },
  closed
)
export type StrategyFile = Static<typeof StrategyFile>
export const StrategiesFile = Type.Array(StrategyFile, { maxItems: 32 })
export type StrategiesFile = Static<typeof StrategiesFile>

const TemplateConfig = Type.Object(
  {
    /** Sizes in which each is looked for, as factors of its own size in the frame that is given. */
    scales: Optional(Type.Array(Type.Number({ minimum: 0.1, maximum: 10 }), { minItems: 1, maxItems: 32 })),
    /** Correlation from which on it is one. */
    threshold: Optional(Fraction),
    maxDetections: Optional(Type.Integer({ minimum: 1, maximum: 1000 }))
  },
  closed
)
/** `minArea`: areas below are not told, as a share of the picture. */
const MotionConfig = Type.Object({ minArea: Optional(Fraction) }, closed)
/** What a package carries itself (its input, its outputs) may stand here, too. */
const ModelConfig = Type.Object({ threshold: Optional(Fraction) })

export interface StrategySettings {
  name: string
  runs: { kind: 'module'; path: string; export: string | null } | { kind: 'template' | 'motion' }
  labels: string[]
  config: Record<string, unknown>
  width: number
  maxFps: number
  limitMs: number
  memoryMiB: number
}

const limits = { width: 640, maxFps: 5, limitMs: 2000, memoryMiB: 256 }

/** Throws a ProtocolError with the path of the one that cannot be. Those of the pipeline's model need nothing more. */
export function strategySettings(given: StrategiesFile = []): StrategySettings[] {
  const names = new Set<string>()
  return given.flatMap((file, i) => {
    try {
      if (names.has(file.name)) throw fault('name', `a name that no other strategy has, received "${file.name}" again`)
      names.add(file.name)
      return file.enabled === false ? [] : strategyOf(file)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      throw new ProtocolError(error.code, `detection.strategies.${i}: ${error.message}`, `/${i}${error.path}`)
    }
  })
}

/** Model packages that strategies name. */
export function strategyModels(given: StrategiesFile = []): string[] {
  return given.flatMap(({ enabled, modelPath, ...file }) =>
    enabled !== false && modelPath !== undefined && isModel(file) ? [modelPath] : []
  )
}

/** Another name of what the pipeline does. */
export function isModel(file: Pick<StrategyFile, 'kind' | 'module' | 'name'>): boolean {
  const kind = kindOf(file)
  return kind === 'yolo' || kind === 'onnx'
}

function kindOf({ kind, module, name }: Pick<StrategyFile, 'kind' | 'module' | 'name'>): Kind | null {
  if (kind !== undefined) return kind
  if (module !== undefined) return 'module'
  return (['yolo', 'onnx', 'template', 'motion'] as const).find((known) => known === name) ?? null
}

function strategyOf(file: StrategyFile): StrategySettings[] {
  const { name, width, maxFps, limitMs, memoryMiB } = { ...limits, ...file }
  const config = file.config ?? {}
  const rest = { name, width, maxFps, limitMs, memoryMiB }
  const kind = kindOf(file)
  switch (kind) {
    case 'yolo':
    case 'onnx':
      check(ModelConfig, config, 'config')
      if (/\.(engine|onnx)$/.test(file.modelPath ?? ''))
        throw fault('modelPath', `a model package, which vedette model import makes, received ${file.modelPath}`)
      return []
    case 'template': {
      const { templates } = file
      if (templates === undefined) throw fault('templates', 'a list of pictures to look for, received none')
      check(TemplateConfig, config, 'config')
      const labels = [...new Set(templates.map(({ label }) => label))]
      return [{ ...rest, runs: { kind }, labels, config: { ...config, templates } }]
    }
    case 'motion':
      check(MotionConfig, config, 'config')
      return [{ ...rest, runs: { kind }, labels: [name], config }]
    case 'module': {
      const { module } = file
      if (module === undefined || !/\.[mc]?[jt]s$/.test(module))
        throw fault('module', `a TypeScript or JavaScript file, received ${module ?? 'none'}`)
      return [{ ...rest, runs: { kind, path: module, export: file.class ?? null }, labels: labelsOf(file), config }]
    }
    case null:
      throw fault('kind', `yolo, onnx, template, motion, or a module of your own, received neither for "${name}"`)
  }
}

function labelsOf({ name, labels, labelsPath }: StrategyFile): string[] {
  if (labels) return labels
  if (labelsPath === undefined) return [name]
  let text: string
  try {
    text = readFileSync(labelsPath, 'utf8')
  } catch (error) {
    throw fault('labelsPath', `a readable file, received ${labelsPath} (${(error as NodeJS.ErrnoException).code})`)
  }
  const lines = text.split('\n').map((line) => line.trim())
  return check(
    Labels,
    lines.filter((line) => line !== ''),
    labelsPath
  )
}

function fault(key: string, expected: string): ProtocolError {
  return new ProtocolError('schema', `expected ${expected}`, `/${key}`)
}
