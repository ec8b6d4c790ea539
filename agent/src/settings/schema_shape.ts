/** As much of JSON Schema as settings use, and the walk over a value beside it. Pure. */
export interface Shape {
  type?: string
  properties?: Record<string, Shape>
  patternProperties?: Record<string, Shape>
  items?: Shape
  anyOf?: Shape[]
  const?: unknown
  minimum?: number
  maximum?: number
  /** A text that is a path: relative to the file that says it (see `schema/path.ts`). */
  isPath?: boolean
}

export type Path = readonly string[]

/** The shape of what lies under a key; undefined when the key is not known there. */
export function shapeUnder(shape: Shape, key: string, value: unknown): Shape | undefined {
  if (Array.isArray(value)) return arrayOf(shape)?.items
  const object = objectOf(shape, value)
  const { properties = {}, patternProperties = {} } = object ?? {}
  if (Object.hasOwn(properties, key)) return properties[key]
  return Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern).test(key))?.[1]
}

/** Keys that an object of this shape may have; null where any may stand. */
export function keysOf(shape: Shape, value: unknown): string[] | null {
  const object = objectOf(shape, value)
  if (object === undefined || object.patternProperties) return null
  return object.properties ? Object.keys(object.properties) : null
}

/** Each value that is no object and no list, changed by its shape. */
export function mapLeaves(
  shape: Shape | undefined,
  value: unknown,
  change: (leaf: unknown, shape: Shape, path: Path) => unknown,
  path: Path = []
): unknown {
  if (shape === undefined) return value
  if (Array.isArray(value))
    return value.map((item, i) => mapLeaves(shapeUnder(shape, String(i), value), item, change, [...path, String(i)]))
  if (!isObject(value)) return change(value, shape, path)
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      mapLeaves(shapeUnder(shape, key, value), item, change, [...path, key])
    ])
  )
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function accepts(shape: Shape, type: string): boolean {
  return shape.type === type || (shape.anyOf ?? []).some((each) => accepts(each, type))
}

/** Of a union, the alternative whose `kind` is the value's, else the one that knows most of its keys. */
function objectOf(shape: Shape, value: unknown): Shape | undefined {
  if (!shape.anyOf) return shape
  const objects = shape.anyOf.filter(({ type }) => type === 'object')
  const given = isObject(value) ? value : {}
  const told = objects.filter(({ properties }) => properties?.kind?.const !== undefined)
  if (told.length > 0) return told.find(({ properties }) => properties?.kind?.const === given.kind)
  const known = ({ properties = {} }: Shape) =>
    Object.keys(given).filter((key) => Object.hasOwn(properties, key)).length
  return objects.toSorted((a, b) => known(b) - known(a))[0]
}

function arrayOf(shape: Shape): Shape | undefined {
  return shape.type === 'array' ? shape : shape.anyOf?.find(({ type }) => type === 'array')
}
