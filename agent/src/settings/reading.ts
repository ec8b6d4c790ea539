/**
 * Settings from all places where they are said, later ones winning: files in their order, the environment, the command
 * line. Everything that is wrong is told at once, each with its place.
 */
import { resolve } from 'node:path'
import { renamed } from './alias.ts'
import { ALIASES } from './aliases.ts'
import { withSources } from './cameras.ts'
import { type CommandLine, commandLineLayers } from './command_line.ts'
import { environmentLayer } from './environment.ts'
import { faultsOf } from './faults.ts'
import type { FileLayer } from './file_layer.ts'
import { withHandlers } from './handlers.ts'
import { type Layer, mergeLayers, type Origins, originNear } from './layer.ts'
import { nearest } from './nearest.ts'
import type { Problem } from './problem.ts'
import { quantity } from './quantity.ts'
import { SettingsFile } from './schema.ts'
import { accepts, mapLeaves, type Shape } from './schema_shape.ts'
import { unknownKeys } from './unknown_keys.ts'

export interface SettingsSources {
  files: readonly FileLayer[]
  environment: Readonly<Record<string, string | undefined>>
  commandLine?: CommandLine
  /** Where relative paths of the environment and the command line begin. */
  directory: string
}

export interface Reading {
  /** Right by the schema where there is no problem. */
  value: SettingsFile
  origins: Origins
  problems: Problem[]
  warnings: Problem[]
}

const SHAPE = SettingsFile as unknown as Shape

export function readLayers({ files, environment, commandLine, directory }: SettingsSources): Reading {
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const line = commandLineLayers(commandLine ?? {}, SHAPE, directory)
  const used = new Set([...files, line].flatMap((each) => [...each.environment]))
  const fromEnvironment = environmentLayer(environment, { shape: SHAPE, used, directory })
  problems.push(...files.flatMap((file) => file.problems), ...fromEnvironment.problems, ...line.problems)
  warnings.push(...fromEnvironment.warnings)
  const layers = [...files.map(({ layer }) => layer), fromEnvironment.layer, ...line.layers].map((layer) => {
    const own = renamed(layer, ALIASES)
    problems.push(...own.problems)
    warnings.push(...own.warnings)
    return plain(own.layer, problems)
  })
  const { value, origins } = mergeLayers(layers, SHAPE)
  for (const { path, message } of faultsOf(SettingsFile, value))
    problems.push({ where: originNear(origins, path) ?? firstPlace(files), message })
  return { value: value as SettingsFile, origins, problems, warnings }
}

/** In one form: known keys only, numbers in their keys' units, absolute paths, cameras with their sources, handlers with their kinds. */
function plain(layer: Layer, problems: Problem[]): Layer {
  const cameras = withSources(layer.value, layer.directory, (id, message) =>
    problems.push({ where: layer.where(['cameras', id, 'source']), message })
  )
  const whole = withHandlers(cameras)
  for (const { path, known } of unknownKeys(SHAPE, whole)) {
    const near = nearest(path.at(-1)!, known)
    const remedy = near ? `did you mean "${near}"?` : `expected one of ${known.join(', ')}`
    problems.push({ where: layer.where(path), message: `unknown key "${path.join('.')}": ${remedy}` })
  }
  const value = mapLeaves(SHAPE, without(SHAPE, whole), (leaf, shape, path) => {
    if (typeof leaf !== 'string') return leaf
    if (shape.isPath) return resolve(layer.directory, leaf)
    if (!accepts(shape, 'number') && !accepts(shape, 'integer')) return leaf
    try {
      return quantity(leaf, path.at(-1)!, shape)
    } catch (error) {
      problems.push({ where: layer.where(path), message: `${path.join('.')}: ${(error as Error).message}` })
      return null
    }
  })
  return { ...layer, value: value as Record<string, unknown> }
}

/** Told already: the schema need not complain of them again. */
function without(shape: Shape, value: Record<string, unknown>): Record<string, unknown> {
  const rest = structuredClone(value)
  for (const { path } of unknownKeys(shape, rest)) {
    const holder = path.slice(0, -1).reduce<unknown>((at, key) => Reflect.get(at as object, key), rest)
    Reflect.deleteProperty(holder as object, path.at(-1)!)
  }
  return rest
}

function firstPlace(files: readonly FileLayer[]): string {
  return files[0]?.layer.where([]) ?? 'settings'
}
