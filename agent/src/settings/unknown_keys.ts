/** Finds keys that a schema does not know, so that a misspelt one is named instead of ignored. */
export interface UnknownKey {
  path: string[]
  known: string[]
}

/** As much of JSON Schema as settings use. */
interface Schema {
  type?: string
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  const?: unknown
}

export function unknownKeys(schema: object, value: unknown, path: string[] = []): UnknownKey[] {
  return walk(schema as Schema, value, path)
}

function walk(schema: Schema, value: unknown, path: string[]): UnknownKey[] {
  if (Array.isArray(value)) {
    return schema.items ? value.flatMap((item, i) => walk(schema.items!, item, [...path, String(i)])) : []
  }
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value)
  const chosen = schema.anyOf ? alternative(schema.anyOf, value) : schema
  const pattern = chosen && Object.values(chosen.patternProperties ?? {})[0]
  if (pattern) return entries.flatMap(([key, item]) => walk(pattern, item, [...path, key]))
  const properties = chosen?.properties
  if (!properties) return []
  return entries.flatMap(([key, item]) => {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (known) return walk(known, item, [...path, key])
    return [{ path: [...path, key], known: Object.keys(properties) }]
  })
}

/** Of a union, the alternative whose `kind` is the value's: the others would call its keys unknown. */
function alternative(schemas: Schema[], value: object): Schema | undefined {
  const kind = 'kind' in value ? value.kind : undefined
  return schemas.find((schema) => schema.properties?.kind?.const === kind)
}
