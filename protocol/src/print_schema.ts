/** `node protocol/src/print_schema.ts dn/desired`: the JSON Schema of a channel's message, on standard output. */
import { jsonSchema, schemaNames } from './json_schema.ts'

const [asked] = process.argv.slice(2)
const name = schemaNames().find((known) => known === asked)
if (name) {
  console.log(JSON.stringify(jsonSchema(name), null, 2))
} else {
  console.error(`expected one of ${schemaNames().join(', ')}, received ${asked ?? 'nothing'}`)
  process.exitCode = 1
}
