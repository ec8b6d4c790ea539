/**
 * Settings by environment variable: the name is that of the key, `pipeline.maxSources` as `VEDETTE_PIPELINE_MAX_SOURCES`.
 * A secret may be given by file instead: `VEDETTE_CONSOLE_SECRET_FILE`.
 */
import { readFileSync } from 'node:fs'
import type { Layer } from './layer.ts'
import { nearest } from './nearest.ts'
import type { Problem } from './problem.ts'
import { isObject, type Path, type Shape } from './schema_shape.ts'
import { isSecretKey } from './secret.ts'
import { typedValue } from './typed_value.ts'

export interface EnvironmentVariable {
  name: string
  path: Path
  shape: Shape
}

type Environment = Readonly<Record<string, string | undefined>>

const PREFIX = 'VEDETTE_'
/** Further from every name, a variable is somebody else's: files name such with `!env`. */
const TYPOS = 3
/** Turn the log up, as they do in other systems. */
const DEBUG = ['VEDETTE_DEBUG', 'PYDS_DEBUG']

function environmentVariables(shape: Shape, path: Path = []): EnvironmentVariable[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, under]) => {
    const at = [...path, key]
    return under.properties ? environmentVariables(under, at) : [{ name: nameOf(at), path: at, shape: under }]
  })
}

export function nameOf(path: Path): string {
  return PREFIX + path.map((key) => key.replace(/[A-Z]/g, '_$&').toUpperCase()).join('_')
}

export interface EnvironmentLayer {
  layer: Layer
  problems: Problem[]
  warnings: Problem[]
}

/** `used`: variables that a file names itself (`!env`). */
export function environmentLayer(
  environment: Environment,
  { shape, used, directory }: { shape: Shape; used: ReadonlySet<string>; directory: string }
): EnvironmentLayer {
  const variables = environmentVariables(shape)
  const value: Record<string, unknown> = {}
  const names = new Map<string, string>()
  const problems: Problem[] = []
  for (const { name, path, shape } of variables) {
    const given = read(environment, name, isSecretKey(path.at(-1)!))
    if (given === null) continue
    names.set(path.join('.'), given.name)
    if ('problem' in given) problems.push({ where: given.name, message: given.problem })
    else place(value, path, typedValue(given.text, shape))
  }
  const debug = DEBUG.filter((name) => isOn(environment[name]))
  if (debug[0] !== undefined) {
    const level = names.get('logLevel')
    if (level !== undefined && value.logLevel !== 'debug')
      problems.push({ where: debug[0], message: `expected ${level} to be debug or unset, received ${value.logLevel}` })
    value.logLevel = 'debug'
    if (level === undefined) names.set('logLevel', debug[0])
  }
  const layer = { value, directory, where: (path: Path) => nearestName(names, path) }
  return { layer, problems, warnings: strangers(environment, { shape, variables, used }) }
}

type Given = { name: string; text: string } | { name: string; problem: string }

function read(environment: Environment, name: string, isSecret: boolean): Given | null {
  const text = environment[name]
  // As in a shell: empty is as good as unset.
  if (text !== undefined && text !== '') return { name, text }
  const file = isSecret ? environment[`${name}_FILE`] : undefined
  if (file === undefined || file === '') return null
  try {
    return { name: `${name}_FILE`, text: readFileSync(file, 'utf8').trim() }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return { name: `${name}_FILE`, problem: `expected the path of a readable file, received ${file} (${code})` }
  }
}

export function place(value: Record<string, unknown>, path: Path, item: unknown): void {
  const [key, ...rest] = path
  if (key === undefined) return
  if (rest.length === 0) value[key] = item
  else {
    const under = isObject(value[key]) ? value[key] : {}
    value[key] = under
    place(under, rest, item)
  }
}

function nearestName(names: ReadonlyMap<string, string>, path: Path): string {
  for (let length = path.length; length > 0; length--) {
    const name = names.get(path.slice(0, length).join('.'))
    if (name !== undefined) return name
  }
  return 'environment'
}

/** Misspelt, most likely: they begin as the variables of a section do. */
function strangers(
  environment: Environment,
  { shape, variables, used }: { shape: Shape; variables: EnvironmentVariable[]; used: ReadonlySet<string> }
): Problem[] {
  const sections = Object.entries(shape.properties ?? {}).filter(([, { properties }]) => properties)
  const starts = sections.map(([key]) => `${nameOf([key])}_`)
  const known = variables.flatMap(({ name, path }) => (isSecretKey(path.at(-1)!) ? [name, `${name}_FILE`] : [name]))
  return Object.keys(environment)
    .filter((name) => starts.some((start) => name.startsWith(start)) && !known.includes(name) && !used.has(name))
    .flatMap((name) => {
      const near = nearest(name, known, TYPOS)
      return near === null ? [] : [{ where: name, message: `no setting has this name: did you mean ${near}?` }]
    })
}

function isOn(text: string | undefined): boolean {
  return text !== undefined && !['', '0', 'false', 'no', 'off'].includes(text.toLowerCase())
}
