/** Encrypts what must not be readable in a copy of the database: AES-256-GCM, with a key file beside it (0600). */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Vault {
  encrypt(plain: string, boundTo: string): Buffer
  decrypt(secret: Buffer, boundTo: string): string
}

const NONCE = 12
const TAG = 16

/** `boundTo` is authenticated with the text: a secret copied to another row does not decrypt. */
export function openVault(dataDir: string): Vault {
  const file = join(dataDir, 'secret.key')
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600, flag: 'wx' })
  const key = readFileSync(file)
  if (key.length !== 32) {
    throw new Error(`${file}: expected 32 bytes, received ${key.length}; restore it from the backup of the database`)
  }
  return {
    encrypt(plain, boundTo) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(boundTo))
      return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    decrypt(secret, boundTo) {
      const decipher = createDecipheriv('aes-256-gcm', key, secret.subarray(0, NONCE))
        .setAAD(Buffer.from(boundTo))
        .setAuthTag(secret.subarray(secret.length - TAG))
      return decipher.update(secret.subarray(NONCE, secret.length - TAG), undefined, 'utf8') + decipher.final('utf8')
    }
  }
}
