/** Seals a camera's user and password to a box's public key; the layout is `Credential.sealed` of the protocol. */
import { createCipheriv, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes } from 'node:crypto'

const INFO = 'vedette/credential/v1'

/** `boxKey`: X25519, raw, base64, as in `up/inventory`. */
export function seal(credential: { user: string; password: string }, boxKey: string): string {
  const ephemeral = generateKeyPairSync('x25519')
  const ephemeralRaw = Buffer.from(ephemeral.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const boxRaw = Buffer.from(boxKey, 'base64')
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'X25519', x: boxRaw.toString('base64url') },
    format: 'jwk'
  })
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey })
  const key = Buffer.from(hkdfSync('sha256', shared, Buffer.concat([ephemeralRaw, boxRaw]), INFO, 32))
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const text = Buffer.concat([cipher.update(JSON.stringify(credential), 'utf8'), cipher.final()])
  return Buffer.concat([ephemeralRaw, nonce, text, cipher.getAuthTag()]).toString('base64')
}
