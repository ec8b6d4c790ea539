/** JSON messages, checked at the door on both ends. One named error tells what was wrong and where. */
import type { Static, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { DESIRED_LIMIT_BYTES } from './desired.ts'
import { ProtocolError } from './error.ts'
import { findFault } from './fault.ts'
import type { ConsoleState } from './presence.ts'
import { quote, quoteText } from './quote.ts'
import { type ChannelName, channels, consoleStateChannel } from './topics.ts'
import { VERSION } from './version.ts'

type Schema<C extends ChannelName> = (typeof channels)[C]['schema']
export type JsonChannel = { [C in ChannelName]: Schema<C> extends TSchema ? C : never }[ChannelName]
export type Message<C extends JsonChannel> = Schema<C> extends infer S extends TSchema ? Static<S> : never

const CONSOLE_STATE = 'console/state'
/** The messages themselves need eight. */
const DEPTH_LIMIT = 64
/** The bulk of all JSON; of a valid one only what the schema names is read, so what else is in it may be of any depth. */
const NEVER_WRITTEN_AGAIN = 'up/tracks'
/** What a box says at once; whole boxes of 256 cameras stay far below. */
export const UP_LIMIT_BYTES = 2 * 1024 * 1024
const validators = new WeakMap<TSchema, Validator>()

/** Checks a value against any schema; throws a ProtocolError with the first fault. */
export function check<S extends TSchema>(schema: S, value: unknown, what: string): Static<S> {
  if (isValid(schema, value)) return value
  const { path, expected } = findFault(schema, value) ?? { path: '', expected: 'a valid message' }
  const at = path === '' ? 'the message' : path
  const received = quote(valueAt(value, path), path)
  throw new ProtocolError('schema', `${what}: expected ${expected} for ${at}, received ${received}`, path)
}

export function encode<C extends JsonChannel>(channel: C, message: Message<C>): string {
  const text = JSON.stringify(check(schemaOf(channel), message, channel))
  refuseTooLarge(text, channel)
  return text
}

/** Parses and checks the payload of a topic. Fields that this version does not know are kept and ignored. */
export function decode<C extends JsonChannel>(channel: C, payload: Uint8Array | string): Message<C> {
  return decodeAs(schemaOf(channel), payload, channel) as Message<C>
}

/** `vedette/v1/console/state`, the one topic that belongs to no box. */
export function decodeConsoleState(payload: Uint8Array | string): ConsoleState {
  return decodeAs(consoleStateChannel.schema, payload, CONSOLE_STATE)
}

export function encodeConsoleState(state: ConsoleState): string {
  return JSON.stringify(check(consoleStateChannel.schema, state, CONSOLE_STATE))
}

export function parse(payload: Uint8Array | string, what: string): unknown {
  const value = parseJson(payload, what)
  refuseTooDeep(value, what)
  return value
}

function refuseOtherMajor(value: unknown, what: string): void {
  const v = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined
  if (v === VERSION) return
  const remedy = typeof v === 'number' && v > VERSION ? ': this end is older and needs an update' : ''
  throw new ProtocolError(
    'version',
    `${what}: expected protocol version ${VERSION} in "v", received ${quote(v)}${remedy}`,
    '/v'
  )
}

function decodeAs<S extends TSchema>(schema: S, payload: Uint8Array | string, what: string): Static<S> {
  refuseTooLarge(payload, what)
  const value = parseJson(payload, what)
  if (what === NEVER_WRITTEN_AGAIN && isValid(schema, value)) return value
  refuseTooDeep(value, what)
  refuseOtherMajor(value, what)
  return check(schema, value, what)
}

function refuseTooLarge(payload: Uint8Array | string, what: string): void {
  const limit = limitBytesOf(what)
  // A character has at most three bytes in UTF-8: short texts need not be encoded to be measured.
  if (payload.length * 3 <= limit) return
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload).length : payload.length
  if (bytes <= limit) return
  throw new ProtocolError('too-large', `${what}: expected at most ${limit} bytes, received ${bytes}`)
}

function isValid<S extends TSchema>(schema: S, value: unknown): value is Static<S> {
  let validator = validators.get(schema)
  if (validator === undefined) {
    validator = Compile(schema) as unknown as Validator
    validators.set(schema, validator)
  }
  return validator.Check(value)
}

function parseJson(payload: Uint8Array | string, what: string): unknown {
  const text = typeof payload === 'string' ? payload : utf8(payload, what)
  try {
    return JSON.parse(text)
  } catch {
    throw new ProtocolError('not-json', `${what}: expected JSON, received ${quoteText(text)}`)
  }
}

/** JSON.parse takes any depth, but what writes the value out again ends in a stack overflow. */
function refuseTooDeep(value: unknown, what: string): void {
  if (!isDeeper(value, DEPTH_LIMIT)) return
  throw new ProtocolError('schema', `${what}: expected at most ${DEPTH_LIMIT} levels of nesting, received more`)
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) return value.some((part) => isDeeper(part, levels - 1))
  // What JSON.parse makes has no inherited keys, and this makes no list of them.
  for (const key in value) if (isDeeper((value as Record<string, unknown>)[key], levels - 1)) return true
  return false
}

/** A reply may carry a picture: the broker alone bounds it. */
function limitBytesOf(what: string): number {
  if (what === 'dn/desired') return DESIRED_LIMIT_BYTES
  return what.startsWith('up/') && what !== 'up/reply' ? UP_LIMIT_BYTES : Number.POSITIVE_INFINITY
}

function utf8(payload: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload)
  } catch {
    throw new ProtocolError('not-json', `${what}: expected JSON in UTF-8, received ${payload.length} other bytes`)
  }
}

function schemaOf<C extends JsonChannel>(channel: C): TSchema {
  return channels[channel].schema as unknown as TSchema
}

function valueAt(value: unknown, path: string): unknown {
  let at = value
  for (const key of path.split('/').slice(1)) {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Record<string, unknown>)[name]
  }
  return at
}
