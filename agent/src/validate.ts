/** `vedette validate`: settings, and what they speak of on this machine. The rooms meet here. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { remedyFor } from './doctor/element_packages.ts'
import { modelFacts } from './doctor/model_facts.ts'
import { engineEntry } from './engine_entry.ts'
import type { FindingState } from './finding.ts'
import { examineMachine } from './pipeline/examination.ts'
import { type CommandLine, placeOf, readSettings, type Settings, type SettingsReading } from './settings.ts'

/** One line: where it is said, and what is wrong with it. */
export interface Remark {
  where: string
  state: Exclude<FindingState, 'ok'>
  message: string
}

export interface Validation {
  state: FindingState
  remarks: Remark[]
  /** null: the settings themselves are wrong. */
  settings: Settings | null
}

export async function validate(
  files: readonly string[],
  options: { commandLine?: CommandLine; signal: AbortSignal; addon?: string }
): Promise<Validation> {
  const reading = readSettings(files, options.commandLine)
  const remarks: Remark[] = [
    ...reading.problems.map((problem) => ({ ...problem, state: 'wrong' as const })),
    ...reading.warnings.map((problem) => ({ ...problem, state: 'warning' as const }))
  ]
  const { settings } = reading
  if (settings !== null) {
    remarks.push(...filesOf(reading, settings), ...(await models(reading, settings)))
    remarks.push(...(await machine(reading, settings, options)))
  }
  const isWrong = remarks.some(({ state }) => state === 'wrong')
  return { state: isWrong ? 'wrong' : remarks.length > 0 ? 'warning' : 'ok', remarks, settings }
}

type Say = (path: string, message: string) => Remark

function sayOf(reading: SettingsReading, state: Remark['state']): Say {
  return (path, message) => ({ where: placeOf(reading, path.split('.')), state, message: `${path}: ${message}` })
}

function filesOf(reading: SettingsReading, settings: Settings): Remark[] {
  const wrong = sayOf(reading, 'wrong')
  const remarks: Remark[] = []
  for (const [id, { camera }] of Object.entries(settings.cameras)) {
    const { source } = camera
    if (source.kind === 'file' && !isReadable(source.path))
      remarks.push(wrong(`cameras.${id}.source.path`, `expected a film that can be read, received ${source.path}`))
    if (source.kind === 'v4l2' && !existsSync(source.device))
      remarks.push(wrong(`cameras.${id}.source.device`, `expected a device that is there, received ${source.device}`))
  }
  const { console: told, pipeline, dataDir } = settings
  if (told?.ca && !isReadable(told.ca))
    remarks.push(wrong('console.ca', `expected a certificate that can be read, received ${told.ca}`))
  if (pipeline.triton !== null && 'repo' in pipeline.triton && !isFolder(pipeline.triton.repo))
    remarks.push(wrong('pipeline.triton.repo', `expected a folder of models, received ${pipeline.triton.repo}`))
  const there = nearestFolder(dataDir)
  if (!isWritable(there))
    remarks.push(
      wrong(
        'dataDir',
        `expected a folder that ${process.env.USER ?? 'this user'} may write, received ${dataDir}; ${there} is not writable`
      )
    )
  const processors = cpus().length
  const missing = (pipeline.cpuAffinity ?? []).filter((cpu) => cpu >= processors)
  if (missing.length > 0)
    remarks.push(
      wrong(
        'pipeline.cpuAffinity',
        `expected processors 0 … ${processors - 1} of this machine, received ${missing.join(', ')}`
      )
    )
  return remarks
}

async function models(reading: SettingsReading, { models, analysis, console: told }: Settings): Promise<Remark[]> {
  const wrong = sayOf(reading, 'wrong')
  const facts = await modelFacts(models, '')
  const remarks = facts.flatMap(({ folder, error }, i) =>
    error === null ? [] : [wrong(`models.${i}`, `expected a model package, received ${folder}: ${error}`)]
  )
  const names = facts.flatMap(({ name }) => (name === null ? [] : [name.split(' ')[0]!]))
  const { model } = analysis
  if (!told && typeof model === 'string' && remarks.length === 0 && !names.includes(model))
    remarks.push(
      wrong('analysis.model', `expected one of models (${names.join(', ') || 'there are none'}), received ${model}`)
    )
  return remarks
}

/** Keys that mean something to DeepStream's elements only. */
const OF_DEEPSTREAM = [
  'pipeline.gpu',
  'pipeline.memory',
  'pipeline.bufferPoolSize',
  'pipeline.extraSurfaces',
  'pipeline.triton',
  'detection.precision'
]

async function machine(
  reading: SettingsReading,
  { pipeline }: Settings,
  { signal, addon }: { signal: AbortSignal; addon?: string }
): Promise<Remark[]> {
  const [wrong, warning] = [sayOf(reading, 'wrong'), sayOf(reading, 'warning')]
  const { capabilities, error } = await examineMachine({ entry: engineEntry(), ...(addon && { addon }) }, signal)
  if (capabilities === null) return [wrong('pipeline', `GStreamer cannot be asked: ${error}; see vedette doctor`)]
  const { missingElements, deepstreamVersion } = capabilities
  const family = pipeline.family === 'auto' ? capabilities.family : pipeline.family
  const remarks = missingElements.map((name) => wrong('pipeline', `element ${name} is missing: ${remedyFor(name)}`))
  const isSimulated = process.env.VEDETTE_REGISTER_NV === '1'
  if (pipeline.family === 'deepstream' && deepstreamVersion === null && !isSimulated)
    remarks.push(
      wrong('pipeline.family', 'expected DeepStream on this machine, found none; install it, or say cpu or auto')
    )
  if (family === 'cpu')
    for (const key of OF_DEEPSTREAM)
      if (reading.origins.has(key)) remarks.push(warning(key, 'has no effect here: this box runs without DeepStream'))
  return remarks
}

function isReadable(path: string): boolean {
  return may(path, constants.R_OK) && statSync(path).isFile()
}

function isWritable(path: string): boolean {
  return may(path, constants.W_OK)
}

function isFolder(path: string): boolean {
  return may(path, constants.R_OK) && statSync(path).isDirectory()
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

/** It is made when the agent starts. */
function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path))
}
