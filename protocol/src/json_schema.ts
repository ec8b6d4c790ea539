/** The messages as JSON Schema, for whoever checks or generates code in another language. */
import type { TSchema } from 'typebox'
import type { JsonChannel } from './codec.ts'
import { channels, consoleStateChannel, DEFAULT_ROOT } from './topics.ts'
import { VERSION } from './version.ts'

export type SchemaName = JsonChannel | 'console/state'

/** Plain JSON: what `node protocol/src/print_schema.ts dn/desired` prints. */
export function jsonSchema(name: SchemaName): Record<string, unknown> {
  const schema: TSchema = name === 'console/state' ? consoleStateChannel.schema : channels[name].schema
  return {
    // The older draft, because it spells tuples as `items: […]`, which is how these schemas do.
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `urn:${DEFAULT_ROOT}:v${VERSION}:${name}`,
    title: name,
    ...(JSON.parse(JSON.stringify(schema)) as Record<string, unknown>)
  }
}

export function schemaNames(): SchemaName[] {
  const names = (Object.keys(channels) as (keyof typeof channels)[]).filter(isJson)
  return [...names, 'console/state']
}

function isJson(name: keyof typeof channels): name is JsonChannel {
  return channels[name].schema !== null
}
