/** Finds keys that a schema does not know, so that a misspelt one is named instead of ignored. Pure. */
import { isObject, keysOf, type Path, type Shape, shapeUnder } from './schema_shape.ts'

export interface UnknownKey {
  path: Path
  known: string[]
}

export function unknownKeys(shape: Shape, value: unknown, path: Path = []): UnknownKey[] {
  if (!Array.isArray(value) && !isObject(value)) return []
  const known = keysOf(shape, value)
  return Object.entries(value).flatMap(([key, item]) => {
    const under = shapeUnder(shape, key, value)
    if (under) return unknownKeys(under, item, [...path, key])
    return Array.isArray(value) || known === null ? [] : [{ path: [...path, key], known }]
  })
}
