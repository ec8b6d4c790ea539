/** Settings on the command line: `--set key=value` for any of them, and a few flags of their own. */
import { cameraOf } from './cameras.ts'
import { place } from './environment.ts'
import type { Layer } from './layer.ts'
import { nearest } from './nearest.ts'
import type { Problem } from './problem.ts'
import { keysOf, type Path, type Shape, shapeUnder } from './schema_shape.ts'
import { readSourcesFile } from './sources_file.ts'
import { typedValue } from './typed_value.ts'

export interface CommandLine {
  /** `key=value` each. */
  set?: readonly string[]
  /** Addresses of cameras, in place of those of the settings. */
  source?: readonly string[]
  /** A file of cameras, in place of those of the settings. */
  sources?: string
  host?: string
  port?: string
  verbose?: boolean
}

export interface CommandLineLayers {
  layers: Layer[]
  problems: Problem[]
  environment: ReadonlySet<string>
}

export function commandLineLayers(line: CommandLine, shape: Shape, directory: string): CommandLineLayers {
  const problems: Problem[] = []
  const file = line.sources === undefined ? null : readSourcesFile(line.sources)
  if (file) problems.push(...file.problems)
  const flags: { flag: string; path: Path; value: unknown }[] = []
  const say = (flag: string, path: Path, text: string) => {
    const under = shapeAt(shape, path)
    if (under) flags.push({ flag, path, value: typedValue(text, under) })
    else problems.push({ where: flag, message: unknownKey(shape, path) })
  }
  if (line.host !== undefined) say('--host', ['http', 'host'], line.host)
  if (line.port !== undefined) say('--port', ['http', 'port'], line.port)
  if (line.verbose) say('--verbose', ['logLevel'], 'debug')
  for (const [i, address] of (line.source ?? []).entries()) {
    try {
      const value = cameraOf(address, directory)
      flags.push({ flag: '--source', path: ['cameras', `source-${i + 1}`], value })
    } catch (error) {
      problems.push({ where: '--source', message: (error as Error).message })
    }
  }
  for (const each of line.set ?? []) {
    const [, key, text] = /^([^=]+)=(.*)$/s.exec(each) ?? []
    if (key === undefined || text === undefined)
      problems.push({ where: '--set', message: `expected key=value, such as http.port=8001, received ${each}` })
    else say(`--set ${key}`, key.split('.'), text)
  }
  const own = layerOf(flags, directory)
  // What the command line says of cameras stands alone, not beside those of the files.
  const cleared: Layer[] = line.sources !== undefined || (line.source ?? []).length > 0 ? [clears(own)] : []
  return {
    layers: [...cleared, ...(file ? [file.layer] : []), own],
    problems,
    environment: file?.environment ?? new Set()
  }
}

function clears(layer: Layer): Layer {
  return { ...layer, value: { cameras: null } }
}

function layerOf(flags: readonly { flag: string; path: Path; value: unknown }[], directory: string): Layer {
  const value: Record<string, unknown> = {}
  for (const { path, value: item } of flags) place(value, path, item)
  return {
    value,
    directory,
    where: (path) => {
      const said = flags.findLast((each) => each.path.every((key, i) => path[i] === undefined || path[i] === key))
      return said?.flag ?? 'command line'
    }
  }
}

function shapeAt(shape: Shape, path: Path): Shape | undefined {
  return path.reduce<Shape | undefined>((at, key) => at && shapeUnder(at, key, {}), shape)
}

function unknownKey(shape: Shape, path: Path): string {
  let at: Shape | undefined = shape
  for (const key of path) {
    const known: string[] | null = at ? keysOf(at, {}) : null
    const under: Shape | undefined = at && shapeUnder(at, key, {})
    if (!under) {
      const near = known && nearest(key, known)
      return `unknown key "${path.join('.')}": ${near ? `did you mean "${near}"?` : `expected one of ${known?.join(', ') ?? 'none'}`}`
    }
    at = under
  }
  return ''
}
