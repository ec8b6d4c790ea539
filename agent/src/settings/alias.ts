/**
 * Other names under which a setting is accepted: those that users of other systems have in their files. Each is moved to
 * our own name before anything else looks at it; what means nothing here is taken out and said so. Pure.
 */
import type { Layer } from './layer.ts'
import type { Problem } from './problem.ts'
import { isObject, type Path } from './schema_shape.ts'

/** In both names `*` stands for any one key, such as the number of an entry in a list. */
export type Alias =
  | {
      name: string
      key: string
      /** What it is called with under our name; undefined: nothing to say. */
      read?(value: unknown): unknown
      /** Both may be said in one place: this one decides. */
      wins?: boolean
      /** Both may be said in one place when this holds. */
      agrees?(value: unknown, own: unknown): boolean
    }
  | { name: string; why: string }

export interface Renamed {
  layer: Layer
  problems: Problem[]
  warnings: Problem[]
}

export function renamed(layer: Layer, aliases: readonly Alias[]): Renamed {
  const value = structuredClone(layer.value)
  const moved = new Map<string, string>()
  const result: Renamed = {
    layer: { ...layer, value, where: (path) => moved.get(path.join('.')) ?? whereOf(layer, moved, path) },
    problems: [],
    warnings: []
  }
  for (const alias of aliases)
    for (const [path, bound] of matches(value, alias.name.split('.'))) {
      const given = take(value, path)
      const where = layer.where(path)
      const name = path.join('.')
      if ('why' in alias) {
        result.warnings.push({ where, message: `${name} has no effect: ${alias.why}` })
        continue
      }
      const target = fill(alias.key.split('.'), bound)
      const own = get(value, target)
      const said = alias.read ? alias.read(given) : given
      const ownName = target.join('.')
      if (own === undefined || alias.wins) {
        if (own !== undefined)
          result.warnings.push({
            where: result.layer.where(target),
            message: `${ownName} ${show(own)} has no effect: ${name} ${show(given)} (${where}) decides`
          })
        if (said === undefined) continue
        if (!put(value, target, said)) {
          result.problems.push({
            where,
            message: `${name} cannot be read: ${target.slice(0, -1).join('.')} is no object`
          })
          continue
        }
        moved.set(ownName, where)
      } else if (!(alias.agrees ? alias.agrees(given, own) : same(said, own))) {
        result.problems.push({
          where,
          message: `${name} is ${show(given)}, but ${ownName} (${result.layer.where(target)}) is ${show(own)}: they are two names of one setting, leave one out`
        })
      }
    }
  return result
}

/** Under what was moved, its old place says best where it came from. */
function whereOf(layer: Layer, moved: ReadonlyMap<string, string>, path: Path): string {
  for (let length = path.length; length > 0; length--) {
    const found = moved.get(path.slice(0, length).join('.'))
    if (found !== undefined) return found
  }
  return layer.where(path)
}

function matches(value: unknown, pattern: Path, path: Path = [], bound: Path = []): [Path, Path][] {
  const [key, ...rest] = pattern
  if (key === undefined) return [[path, bound]]
  if (typeof value !== 'object' || value === null) return []
  const keys = key === '*' ? Object.keys(value) : Object.hasOwn(value, key) ? [key] : []
  return keys.flatMap((each) =>
    matches(Reflect.get(value, each), rest, [...path, each], key === '*' ? [...bound, each] : bound)
  )
}

function fill(pattern: Path, bound: Path): Path {
  let next = 0
  return pattern.map((key) => (key === '*' ? (bound[next++] ?? key) : key))
}

function get(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    value
  )
}

/** Takes a value out, and with it the objects that are empty without it. */
function take(value: Record<string, unknown>, path: Path): unknown {
  const given = get(value, path)
  for (let length = path.length; length > 0; length--) {
    const holder = get(value, path.slice(0, length - 1))
    const key = path[length - 1]!
    if (!isObject(holder)) break
    if (length < path.length && (!isObject(holder[key]) || Object.keys(holder[key]).length > 0)) break
    delete holder[key]
  }
  return given
}

function put(value: Record<string, unknown>, path: Path, said: unknown): boolean {
  let holder: object = value
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(holder, key) || Reflect.get(holder, key) === null) Reflect.set(holder, key, {})
    const next: unknown = Reflect.get(holder, key)
    if (typeof next !== 'object' || next === null) return false
    holder = next
  }
  return Reflect.set(holder, path.at(-1)!, said)
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? 'nothing'
}
