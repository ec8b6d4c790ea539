/** The table of all settings for configs/README.md, from the schema: keys, values, defaults, variables, other names. Pure. */
import { ALIASES } from './aliases.ts'
import { nameOf } from './environment.ts'
import { exampleFor } from './quantity.ts'
import { SettingsFile } from './schema.ts'
import type { Path, Shape } from './schema_shape.ts'

/** Defaults that this machine, not the schema, decides. */
const OF_THE_MACHINE: Readonly<Record<string, string>> = {
  'box.id': "the host's name",
  'box.name': "the host's name",
  dataDir: '`/var/lib/vedette` or in the home folder',
  'pipeline.inferThreads': 'half of the cores',
  'limits.cpuPercent.warn': '`95` where a GPU infers',
  'limits.cpuPercent.bad': '`99` where a GPU infers'
}

/** `defaults`: settings of which nothing was said. */
export function settingsTable(defaults: object): string {
  const rows = keys(SettingsFile as unknown as Shape, []).map(({ path, shape }) => {
    const key = path.join('.')
    const others = ALIASES.filter((alias) => 'key' in alias && alias.key === key).map(({ name }) => `\`${name}\``)
    const variable = path.some((part) => part.startsWith('<')) ? '' : `\`${nameOf(path)}\``
    return [`\`${key}\``, valuesOf(shape, path), defaultOf(defaults, path), variable, others.join(', ')]
  })
  const head = ['key', 'values', 'default', 'environment', 'also as']
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  const without = ALIASES.flatMap((alias) => ('why' in alias ? [`- \`${alias.name}\`: ${alias.why}.`] : []))
  return `${lines.join('\n')}\n\nAccepted, and said to have no effect:\n\n${without.join('\n')}\n`
}

function keys(shape: Shape, path: Path): { path: Path; shape: Shape }[] {
  const under = shape.patternProperties && Object.values(shape.patternProperties)[0]
  if (under) return keys(under, [...path, '<id>'])
  if (shape.properties) return Object.entries(shape.properties).flatMap(([key, each]) => keys(each, [...path, key]))
  return [{ path, shape }]
}

function valuesOf(shape: Shape, path: Path): string {
  const key = path.at(-1) ?? ''
  if (shape.isPath) return 'a path'
  if (shape.const !== undefined) return `\`${String(shape.const)}\``
  if (shape.anyOf) return unionOf(shape.anyOf, path)
  if (shape.type === 'array') return shape.items?.isPath ? 'paths' : `a list: ${valuesOf(shape.items ?? {}, path)}`
  if (shape.type === 'boolean') return '`true`, `false`'
  if (shape.type === 'integer' || shape.type === 'number') {
    const example = exampleFor(key, shape)
    const range = rangeOf(shape)
    return [range, example === null ? '' : `\`${example}\``].filter((part) => part !== '').join(', ') || 'a number'
  }
  return shape.type === 'object' ? 'an object' : 'text'
}

function unionOf(shapes: Shape[], path: Path): string {
  const kinds = shapes.map(({ properties }) => properties?.kind?.const).filter((kind) => kind !== undefined)
  if (kinds.length > 0) return `an address, or an object by \`kind\`: ${kinds.join(', ')}`
  return shapes
    .map((each) =>
      each.properties
        ? `{ ${Object.keys(each.properties).join(', ')} }`
        : each.type === 'null'
          ? '`null`'
          : valuesOf(each, path)
    )
    .join(', ')
}

function rangeOf({ minimum, maximum }: Shape): string {
  if (minimum === undefined && maximum === undefined) return ''
  return `${minimum ?? ''} … ${maximum === undefined || maximum > 1e15 ? '' : maximum}`.trim()
}

function defaultOf(defaults: object, path: Path): string {
  const own = OF_THE_MACHINE[path.join('.')]
  if (own !== undefined) return own
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    defaults
  )
  return value === undefined || value === null ? '' : `\`${JSON.stringify(value)}\``
}
