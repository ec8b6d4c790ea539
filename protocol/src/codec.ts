/** JSON messages, checked at the door on both ends. One named error tells what was wrong and where. */
import type { Static, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { type ChannelName, channels } from './topics.ts'
import { VERSION } from './version.ts'

type Schema<C extends ChannelName> = (typeof channels)[C]['schema']
export type JsonChannel = { [C in ChannelName]: Schema<C> extends TSchema ? C : never }[ChannelName]
export type Message<C extends JsonChannel> = Schema<C> extends infer S extends TSchema ? Static<S> : never

/** A message that is not what its topic promises. `path` is a JSON pointer into it. */
export class ProtocolError extends Error {
  override name = 'ProtocolError'
  readonly code: 'not-json' | 'version' | 'schema' | 'too-large' | 'protobuf' | 'not-jpeg'
  readonly path: string
  constructor(code: ProtocolError['code'], message: string, path = '') {
    super(message)
    this.code = code
    this.path = path
  }
}

const validators = new WeakMap<TSchema, Validator>()

/** Checks a value against any schema; throws a ProtocolError with the first fault. */
export function check<S extends TSchema>(schema: S, value: unknown, what: string): Static<S> {
  let validator = validators.get(schema)
  if (validator === undefined) {
    validator = Compile(schema) as unknown as Validator
    validators.set(schema, validator)
  }
  if (validator.Check(value)) return value as Static<S>
  throw fault(validator.Errors(value) as readonly Fault[], value, what)
}

export function encode<C extends JsonChannel>(channel: C, message: Message<C>): string {
  return JSON.stringify(check(schemaOf(channel), message, channel))
}

/** Parses and checks the payload of a topic. Fields that this version does not know are kept and ignored. */
export function decode<C extends JsonChannel>(channel: C, payload: Uint8Array | string): Message<C> {
  const value = parse(payload, channel)
  refuseOtherMajor(value, channel)
  return check(schemaOf(channel), value, channel) as Message<C>
}

export function parse(payload: Uint8Array | string, what: string): unknown {
  const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload)
  try {
    return JSON.parse(text)
  } catch {
    throw new ProtocolError('not-json', `${what}: expected JSON, received ${quote(text)}`)
  }
}

export function refuseOtherMajor(value: unknown, what: string): void {
  const v = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined
  if (v !== VERSION) {
    throw new ProtocolError(
      'version',
      `${what}: expected protocol version ${VERSION} in "v", received ${quote(v)}`,
      '/v'
    )
  }
}

function schemaOf<C extends JsonChannel>(channel: C): TSchema {
  return channels[channel].schema as unknown as TSchema
}

interface Fault {
  keyword: string
  instancePath: string
  message: string
  params: Record<string, unknown>
}

function fault(faults: readonly Fault[], value: unknown, what: string): ProtocolError {
  const best = mostTelling(faults)
  const path = best?.instancePath ?? ''
  const at = path === '' ? 'the message' : path
  const allowed = faults
    .filter((f) => f.keyword === 'const' && f.instancePath === path)
    .flatMap((f) => (Array.isArray(f.params.allowedValue) ? f.params.allowedValue : [f.params.allowedValue]))
  const expected = allowed.length > 0 ? `one of ${allowed.map(quote).join(', ')}` : (best?.message ?? 'a valid value')
  return new ProtocolError(
    'schema',
    `${what}: ${at}: expected ${expected}, received ${quote(valueAt(value, path))}`,
    path
  )
}

/** In a union every alternative complains: the deepest complaint comes from the alternative that was meant. */
function mostTelling(faults: readonly Fault[]): Fault | undefined {
  const depth = (f: Fault) => f.instancePath.split('/').length
  return faults.filter((f) => f.keyword !== 'anyOf').toSorted((a, b) => depth(b) - depth(a))[0] ?? faults[0]
}

function valueAt(value: unknown, path: string): unknown {
  let at = value
  for (const key of path.split('/').slice(1)) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return at
}

function quote(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? 'nothing')
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
