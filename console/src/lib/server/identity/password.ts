/** Passwords as scrypt hashes (RFC 7914). The cost is about 0.2 s and 64 MiB: fine for people, dear for guessing. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

const COST: ScryptOptions = { N: 2 ** 16, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }

export interface PasswordHash {
  salt: Buffer
  passwordHash: Buffer
}

export async function hashPassword(password: string, salt: Buffer = randomBytes(16)): Promise<PasswordHash> {
  const passwordHash = await new Promise<Buffer>((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, 32, COST, (error, key) => (error ? reject(error) : resolve(key)))
  })
  return { salt, passwordHash }
}

/** Takes as long for a person who does not exist. */
export async function isPassword(password: string, of: PasswordHash | undefined): Promise<boolean> {
  const { passwordHash } = await hashPassword(password, of?.salt)
  return of !== undefined && timingSafeEqual(passwordHash, of.passwordHash)
}
