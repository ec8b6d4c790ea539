/** All that is wrong with settings by their schema, not only the first. Pure. */
import { check, ProtocolError } from '@vedette/protocol'
import type { TSchema } from 'typebox'
import type { Path } from './schema_shape.ts'
import { isSecretKey } from './secret.ts'

export interface SettingsFault {
  path: Path
  message: string
}

/** A value with more is shown as a whole wrong. */
const MOST = 100

/** What is at fault is taken out, and the rest looked at again. */
export function faultsOf(schema: TSchema, value: Record<string, unknown>): SettingsFault[] {
  const rest = structuredClone(value)
  const faults: SettingsFault[] = []
  const taken = new Set<string>()
  while (faults.length < MOST) {
    const fault = faultOf(schema, rest)
    if (fault === null) break
    const { path, message } = fault
    if (!taken.has(path.join('/'))) faults.push({ path, message })
    // One that is missing, or that its holder cannot be without, goes with its holder.
    const gone = takeOut(rest, path) ? path : path.slice(0, -1)
    if (gone.length === 0 || (gone !== path && !takeOut(rest, gone))) break
    taken.add(gone.join('/'))
  }
  return faults
}

export function faultOf(schema: TSchema, value: unknown): SettingsFault | null {
  try {
    check(schema, value, 'settings')
    return null
  } catch (error) {
    if (error instanceof ProtocolError) return faultIn(error)
    throw error
  }
}

export function faultIn({ path, message }: ProtocolError, before: Path = []): SettingsFault {
  const keys = path.split('/').slice(1)
  const at = [...before, ...keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))]
  const isSecret = at.some((key) => isSecretKey(key))
  return { path: at, message: isSecret ? message.replace(/received .*$/s, 'received [redacted]') : message }
}

function takeOut(value: unknown, path: Path): boolean {
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((at, key) => (isHolder(at) ? Reflect.get(at, key) : undefined), value)
  const key = path.at(-1)
  if (!isHolder(holder) || key === undefined || !Object.hasOwn(holder, key)) return false
  // The other entries keep their numbers, and wait for the next look.
  if (Array.isArray(holder)) return takeOut(value, path.slice(0, -1))
  Reflect.deleteProperty(holder, key)
  return true
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
