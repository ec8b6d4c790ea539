/**
 * Camera credentials, sealed to one box (protocol/src/camera.ts): only its private key opens them, which never leaves
 * its disk.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes
} from 'node:crypto'
import { join } from 'node:path'
import { readIfThere, writeDurably } from '../durable_file.ts'
import { DesiredError } from './desired_error.ts'

export interface Password {
  user: string
  password: string
}

const INFO = 'vedette/credential/v1'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** DER of an X25519 SubjectPublicKeyInfo up to the raw key (RFC 8410 section 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')

/** The box's key pair. Made at the first start. */
export class BoxKey {
  readonly #privateKey: KeyObject
  /** Raw, base64: what `up/inventory` publishes. */
  readonly publicKey: string

  constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey
    this.publicKey = rawPublic(createPublicKey(privateKey)).toString('base64')
  }

  static async load(directory: string): Promise<BoxKey> {
    const known = await BoxKey.read(directory)
    if (known !== null) return known
    const { privateKey } = generateKeyPairSync('x25519')
    await writeDurably(fileIn(directory), privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    return new BoxKey(privateKey)
  }

  /** Null when the agent has never been started here. */
  static async read(directory: string): Promise<BoxKey | null> {
    const pem = await readIfThere(fileIn(directory))
    return pem === null ? null : new BoxKey(createPrivateKey(pem))
  }

  /** Throws a DesiredError that never quotes the contents. */
  unseal(sealed: string): Password {
    try {
      const bytes = Buffer.from(sealed, 'base64')
      const ephemeral = bytes.subarray(0, KEY_BYTES)
      const nonce = bytes.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES)
      const shared = diffieHellman({ privateKey: this.#privateKey, publicKey: publicFrom(ephemeral) })
      const key = keyFrom(shared, ephemeral, Buffer.from(this.publicKey, 'base64'))
      const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      cipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      const plain = Buffer.concat([cipher.update(bytes.subarray(KEY_BYTES + NONCE_BYTES, -TAG_BYTES)), cipher.final()])
      return passwordFrom(JSON.parse(plain.toString()))
    } catch {
      throw new DesiredError(
        'credential',
        'expected a credential sealed to this box, received one that its key does not open; enter user and password again'
      )
    }
  }
}

function fileIn(directory: string): string {
  return join(directory, 'box_key.pem')
}

/** What the console does, once per edit. `publicKey` is raw, base64. */
export function seal(publicKey: string, { user, password }: Password): string {
  const box = Buffer.from(publicKey, 'base64')
  const { privateKey, publicKey: own } = generateKeyPairSync('x25519')
  const ephemeral = rawPublic(own)
  const key = keyFrom(diffieHellman({ privateKey, publicKey: publicFrom(box) }), ephemeral, box)
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  const body = Buffer.concat([cipher.update(JSON.stringify({ user, password })), cipher.final()])
  return Buffer.concat([ephemeral, nonce, body, cipher.getAuthTag()]).toString('base64')
}

function keyFrom(shared: Buffer, ephemeral: Buffer, box: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, Buffer.concat([ephemeral, box]), INFO, 32))
}

function publicFrom(raw: Buffer): KeyObject {
  if (raw.length !== KEY_BYTES)
    throw new RangeError(`expected an X25519 key of ${KEY_BYTES} bytes, received ${raw.length}`)
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' })
}

function rawPublic(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length)
}

function passwordFrom(value: unknown): Password {
  if (typeof value === 'object' && value !== null && 'user' in value && 'password' in value) {
    const { user, password } = value
    if (typeof user === 'string' && typeof password === 'string') return { user, password }
  }
  throw new TypeError('expected {user, password}')
}
