/** Read-only MQTT accounts: a name, and a random password shown once. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type ReadersRoom, RefusedEdit } from '../rooms.ts'

export interface ReadersOptions {
  accounts: {
    reader(name: string): { passwordHash: Buffer } | undefined
    addReader(row: { name: string; passwordHash: Buffer; createdAt: number }): void
    removeReader(name: string): void
  }
  note(note: { at: number; who: string; what: string; subject: string; detail: string }): void
  onRemove(name: string): void
  now(): number
}

export interface Readers extends ReadersRoom {
  isReader(name: string, password: Buffer): boolean
}

export function readersRoom({ accounts, note, onRemove, now }: ReadersOptions): Readers {
  return {
    add(name, by) {
      if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) {
        throw new RefusedEdit({ name: 'Expected 1 to 63 of a–z, 0–9, _ and -, such as home-assistant.' })
      }
      if (accounts.reader(name)) throw new RefusedEdit({ name: `There is an account ${name} already.` })
      const password = randomBytes(24).toString('base64url')
      accounts.addReader({ name, passwordHash: hash(password), createdAt: now() })
      note({ at: now(), who: by, what: 'reader added', subject: name, detail: '' })
      return { password }
    },
    remove(name, by) {
      accounts.removeReader(name)
      note({ at: now(), who: by, what: 'reader removed', subject: name, detail: '' })
      onRemove(name)
    },
    isReader(name, password) {
      const row = accounts.reader(name)
      return row !== undefined && timingSafeEqual(row.passwordHash, hash(password))
    }
  }
}

function hash(secret: string | Buffer): Buffer {
  return createHash('sha256').update(secret).digest()
}
