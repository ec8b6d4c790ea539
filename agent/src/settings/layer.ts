/** One place in which settings are said: a file, the environment, the command line. Later ones win over earlier ones. */
import { accepts, isObject, type Path, type Shape, shapeUnder } from './schema_shape.ts'

export interface Layer {
  value: Record<string, unknown>
  /** Where a key or value of it stands, for people. */
  where(path: Path): string
  /** Its relative paths begin here. */
  directory: string
}

/** Where each value was said, by its path with points. */
export type Origins = ReadonlyMap<string, string>

/**
 * Objects are joined key by key; anything else, and what is one of several kinds (a camera's source), is replaced whole.
 * null takes back what an earlier layer said, where it is not a value of its own.
 */
export function mergeLayers(
  layers: readonly Layer[],
  shape: Shape
): { value: Record<string, unknown>; origins: Origins } {
  const origins = new Map<string, string>()
  let value: Record<string, unknown> = {}
  for (const layer of layers) value = merged(value, layer.value, { shape, layer, origins, path: [] })
  return { value, origins }
}

/** Of a value or, where that is a default, of the nearest that holds it. */
export function originNear(origins: Origins, path: Path): string | undefined {
  for (let length = path.length; length > 0; length--) {
    const found = origins.get(path.slice(0, length).join('.'))
    if (found !== undefined) return found
  }
  return undefined
}

interface At {
  shape: Shape | undefined
  layer: Layer
  origins: Map<string, string>
  path: Path
}

function merged(before: Record<string, unknown>, after: Record<string, unknown>, at: At): Record<string, unknown> {
  const result = { ...before }
  for (const [key, value] of Object.entries(after)) {
    const path = [...at.path, key]
    const shape = at.shape && shapeUnder(at.shape, key, after)
    const old = result[key]
    const isUnset = value === null && shape !== undefined && !accepts(shape, 'null')
    if (isUnset || !isObject(value) || shape?.anyOf !== undefined) forget(at.origins, path)
    if (isUnset) delete result[key]
    else if (isObject(value)) {
      const base = isObject(old) && shape?.anyOf === undefined ? old : {}
      at.origins.set(path.join('.'), at.layer.where(path))
      result[key] = merged(base, value, { ...at, shape, path })
    } else {
      note(value, { ...at, path })
      result[key] = value
    }
  }
  return result
}

function note(value: unknown, at: At): void {
  at.origins.set(at.path.join('.'), at.layer.where(at.path))
  if (Array.isArray(value) || isObject(value))
    for (const [key, item] of Object.entries(value)) note(item, { ...at, path: [...at.path, key] })
}

function forget(origins: Map<string, string>, path: Path): void {
  const own = path.join('.')
  for (const key of origins.keys()) if (key === own || key.startsWith(`${own}.`)) origins.delete(key)
}
