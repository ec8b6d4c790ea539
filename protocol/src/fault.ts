/** Why a value is not what its schema asks for: the first fault, and in a union the fault of the alternative meant. */
import type { TSchema } from 'typebox'
import { Check } from 'typebox/value'

export interface Fault {
  /** JSON pointer. */
  path: string
  /** Follows the word "expected". */
  expected: string
}

/** JSON Schema as our messages use it. */
interface Node {
  type?: string
  const?: unknown
  description?: string
  anyOf?: Node[]
  allOf?: Node[]
  required?: string[]
  properties?: Record<string, Node>
  patternProperties?: Record<string, Node>
  additionalProperties?: boolean | Node
  items?: Node | Node[]
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  pattern?: string
}

/** Null when the value is valid. */
export function findFault(schema: TSchema, value: unknown): Fault | null {
  return explain(schema as Node, value, '')
}

function explain(node: Node, value: unknown, path: string): Fault | null {
  if (Check(node as TSchema, value)) return null
  if (node.anyOf) return explainUnion(node.anyOf, value, path)
  if (node.allOf) return firstFault(node.allOf.map((part) => () => explain(part, value, path)))
  const inside = isObject(value) && node.type === 'object' ? explainObject(node, value, path) : null
  const items = Array.isArray(value) && node.type === 'array' ? explainArray(node, value, path) : null
  return inside ?? items ?? { path, expected: describe(node) }
}

function explainUnion(alternatives: Node[], value: unknown, path: string): Fault {
  const literals = alternatives.filter((alternative) => 'const' in alternative)
  if (literals.length === alternatives.length) return { path, expected: oneOf(literals) }

  const key = discriminator(alternatives)
  if (key !== null && isObject(value)) {
    const meant = alternatives.find((alternative) => alternative.properties?.[key]?.const === value[key])
    if (meant) return explain(meant, value, path) ?? { path, expected: describe(meant) }
    return { path: join(path, key), expected: oneOf(alternatives.map((alternative) => alternative.properties?.[key])) }
  }

  const [meant, ...others] = alternatives.filter((alternative) => hasType(alternative, value))
  const fault = meant && others.length === 0 ? explain(meant, value, path) : null
  return fault ?? { path, expected: [...new Set(alternatives.map(describe))].join(' or ') }
}

/** The property by which the alternatives of a union are told apart, such as `kind`. */
function discriminator(alternatives: Node[]): string | null {
  const keys = Object.keys(alternatives[0]?.properties ?? {})
  return keys.find((key) => alternatives.every((node) => node.properties?.[key]?.const !== undefined)) ?? null
}

function explainObject(node: Node, value: Record<string, unknown>, path: string): Fault | null {
  const known = Object.keys(node.properties ?? {})
  const patterns = Object.entries(node.patternProperties ?? {})
  for (const [key, item] of Object.entries(value)) {
    const at = join(path, key)
    const pattern = patterns.find(([source]) => new RegExp(source).test(key))
    const own = Object.hasOwn(node.properties ?? {}, key) ? node.properties?.[key] : undefined
    const schema = own ?? pattern?.[1]
    const fault = schema ? explain(schema, item, at) : null
    if (fault) return fault
    if (!schema && node.additionalProperties === false) return { path: at, expected: describeKeys(known, patterns) }
  }
  const missing = node.required?.find((key) => !Object.hasOwn(value, key))
  return missing === undefined
    ? null
    : { path: join(path, missing), expected: describe(node.properties?.[missing] ?? {}) }
}

function explainArray(node: Node, value: unknown[], path: string): Fault | null {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items = {} } = node
  const count = Number.isFinite(maxItems) ? `${minItems} to ${maxItems} entries` : `at least ${minItems} entries`
  const fixed = Array.isArray(items) ? items : null
  if (fixed && value.length !== fixed.length) return { path, expected: `${fixed.length} entries` }
  if (value.length < minItems || value.length > maxItems) return { path, expected: count }
  const of = (index: number) => (Array.isArray(items) ? (items[index] ?? {}) : items)
  return firstFault(value.map((item, index) => () => explain(of(index), item, join(path, String(index)))))
}

function firstFault(checks: (() => Fault | null)[]): Fault | null {
  for (const check of checks) {
    const fault = check()
    if (fault) return fault
  }
  return null
}

function describeKeys(known: string[], patterns: [string, Node][]): string {
  const names = known.map((key) => `"${key}"`)
  const ids = patterns.map(([source]) => `a key that matches ${source}`)
  return `no such field, only ${[...names, ...ids].join(', ')}`
}

function describe(node: Node): string {
  if (node.description) return node.description
  if ('const' in node) return JSON.stringify(node.const)
  if (node.anyOf) {
    const key = discriminator(node.anyOf)
    if (key) return `an object with "${key}"`
    return node.anyOf.every((part) => 'const' in part) ? oneOf(node.anyOf) : node.anyOf.map(describe).join(' or ')
  }
  if (node.pattern) return `text that matches ${node.pattern}`
  const noun: Record<string, string> = {
    string: 'text',
    object: 'an object',
    array: 'a list',
    number: 'a number',
    integer: 'an integer'
  }
  return `${noun[node.type ?? ''] ?? node.type ?? 'a value'}${limits(node)}`
}

function limits(node: Node): string {
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength } = node
  const parts = [
    minimum === undefined ? '' : `at least ${minimum}`,
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    maximum === undefined ? '' : `at most ${maximum}`,
    minLength === undefined ? '' : `at least ${minLength} characters`,
    maxLength === undefined ? '' : `at most ${maxLength} characters`
  ].filter((part) => part !== '')
  return parts.length === 0 ? '' : ` of ${parts.join(' and ')}`
}

function oneOf(nodes: (Node | undefined)[]): string {
  const values = nodes.map((node) => JSON.stringify(node?.const))
  return values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`
}

function hasType(node: Node, value: unknown): boolean {
  if (node.type === 'object') return isObject(value)
  if (node.type === 'array') return Array.isArray(value)
  if (node.type === 'integer' || node.type === 'number') return typeof value === 'number'
  if (node.type === 'null') return value === null
  return node.type === typeof value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function join(path: string, key: string): string {
  return `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
