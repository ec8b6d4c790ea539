/** A desired document at the door: size, JSON, version, schema, hash, and what the schema cannot say. Pure. */
import { createHash } from 'node:crypto'
import {
  type Camera,
  canonicalJson,
  DESIRED_LIMIT_BYTES,
  type Desired,
  decode,
  type Id,
  ProtocolError
} from '@vedette/protocol'
import { checkRules } from '@vedette/rules'
import { DesiredError } from './desired_error.ts'

/** Throws a DesiredError that names what is wrong, down to the camera. */
export function readDesired(payload: Uint8Array | string): Desired {
  const bytes = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length
  if (bytes > DESIRED_LIMIT_BYTES) {
    throw new DesiredError(
      'too-large',
      `expected a desired document of at most ${DESIRED_LIMIT_BYTES} bytes, received ${bytes}; use fewer cameras on this box`
    )
  }
  const desired = decoded(payload)
  const { sha256, ...rest } = desired
  const actual = hashOfDesired(rest)
  if (actual !== sha256) {
    throw new DesiredError(
      'hash',
      `expected SHA-256 ${sha256} for revision ${desired.rev}, received a document with ${actual}`
    )
  }
  const { model, secondaries = [], compare } = desired.analysis
  if (model !== null) refuseUnknown(desired, 'analysis.model', model)
  for (const [i, secondary] of secondaries.entries())
    refuseUnknown(desired, `analysis.secondaries[${i}].model`, secondary.model)
  if (compare) refuseUnknown(desired, 'analysis.compare.model', compare.model)
  for (const [id, camera] of Object.entries(desired.cameras)) refuseBadRules(id, camera)
  return desired
}

function refuseBadRules(id: Id, camera: Camera): void {
  try {
    checkRules(camera, `camera "${id}"`)
  } catch (error) {
    if (error instanceof ProtocolError) throw new DesiredError('schema', error.message)
    throw error
  }
}

function refuseUnknown({ models }: Desired, what: string, id: string): void {
  if (Object.hasOwn(models, id)) return
  const known = Object.keys(models).join(', ') || 'none'
  throw new DesiredError('model', `expected a key of models for ${what}, received "${id}"; there are: ${known}`)
}

/** SHA-256 over the RFC 8785 form of a document without its `sha256`. */
export function hashOfDesired(document: Omit<Desired, 'sha256'>): string {
  return createHash('sha256').update(canonicalJson(document)).digest('hex')
}

function decoded(payload: Uint8Array | string): Desired {
  try {
    return decode('dn/desired', payload)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    const code = error.code === 'not-json' || error.code === 'version' ? error.code : 'schema'
    const camera = /^\/cameras\/([^/]+)/.exec(error.path)?.[1]
    throw new DesiredError(code, camera === undefined ? error.message : `camera "${camera}": ${error.message}`)
  }
}
