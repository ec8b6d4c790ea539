/** People: one-time links, passwords, sessions. Tokens are 256-bit random and kept only as hashes. */
import { createHash, randomBytes } from 'node:crypto'
import type { PersonView } from '../../view.ts'
import { type IdentityRoom, RefusedEdit, type SignedIn } from '../rooms.ts'
import { hashPassword, isPassword, type PasswordHash } from './password.ts'
import { Tries } from './tries.ts'

export interface IdentityOptions {
  accounts: {
    countPeople(): number
    listPeople(): PersonView[]
    personNamed(name: string): (PersonView & PasswordHash) | undefined
    person(id: number): (PersonView & PasswordHash) | undefined
    addPerson(row: { name: string; createdAt: number } & PasswordHash): number
    setPassword(id: number, hash: PasswordHash): void
    addSession(row: { tokenHash: Buffer; person: number; expiresAt: number }): void
    endSession(tokenHash: Buffer): void
    endSessionsOf(person: number): void
    personOfSession(tokenHash: Buffer, nowMs: number): PersonView | undefined
    addInvitation(row: { tokenHash: Buffer; expiresAt: number }): void
    isInvited(tokenHash: Buffer, nowMs: number): boolean
    useInvitation(tokenHash: Buffer): boolean
    dropInvitations(): void
    atOnce<T>(work: () => T): T
  }
  note(note: { at: number; who: string; what: string; subject: string; detail: string }): void
  now(): number
}

const SESSION_S = 14 * 24 * 3600
const INVITATION_MS = 7 * 24 * 3600 * 1000
const SHORTEST = 10
const LONGEST = 200

export interface Identity extends IdentityRoom {
  /** The token of a one-time link while there is nobody yet, else null. */
  firstToken(): string | null
}

export function identityRoom({ accounts, note, now }: IdentityOptions): Identity {
  const tries = new Tries(now)

  function signedIn(person: PersonView): SignedIn {
    const session = token()
    accounts.addSession({ tokenHash: hash(session), person: person.id, expiresAt: now() + SESSION_S * 1000 })
    return { person, session, maxAgeS: SESSION_S }
  }
  function invite(): { token: string; expires: string } {
    const invitation = token()
    const expiresAt = now() + INVITATION_MS
    accounts.addInvitation({ tokenHash: hash(invitation), expiresAt })
    return { token: invitation, expires: new Date(expiresAt).toISOString() }
  }

  return {
    firstToken() {
      if (accounts.countPeople() > 0) return null
      // The one of the last start may be in a log; it is void from now on.
      accounts.dropInvitations()
      return invite().token
    },
    isWelcome: (given) => accounts.isInvited(hash(given), now()),
    async welcome(input) {
      const name = input.name.trim()
      const errors: Record<string, string> = {}
      if (name === '' || name.length > 100) errors.name = 'Expected a name of 1 to 100 characters.'
      else if (accounts.personNamed(name)) errors.name = `${name} is taken; choose another name.`
      Object.assign(errors, faultOf(input.password))
      if (!accounts.isInvited(hash(input.token), now())) {
        errors.token =
          'This link was used already, or is too old. Ask for a new one, or restart the console while nobody has signed in yet.'
      }
      if (Object.keys(errors).length > 0) throw new RefusedEdit(errors)
      const secret = await hashPassword(input.password)
      const id = accounts.atOnce(() => {
        if (!accounts.useInvitation(hash(input.token))) throw new RefusedEdit({ token: 'This link was just used.' })
        return accounts.addPerson({ name, createdAt: now(), ...secret })
      })
      note({ at: now(), who: name, what: 'person added', subject: name, detail: 'by one-time link' })
      return signedIn({ id, name })
    },
    async signIn({ name, password, address }) {
      const keys = [`address ${address}`, `name ${name}`]
      const waitS = Math.max(...keys.map((key) => tries.waitS(key)))
      if (waitS > 0) throw new RefusedEdit({ '': `Too many wrong tries. Wait ${waitS} s, then try again.` })
      // Counted before the hash is made, so that many tries at a time do not slip past.
      for (const key of keys) tries.failed(key)
      const person = accounts.personNamed(name.trim())
      const isRight = password.length <= LONGEST && (await isPassword(password, person))
      if (!isRight || person === undefined) {
        note({ at: now(), who: name.slice(0, 100), what: 'sign-in refused', subject: address, detail: '' })
        throw new RefusedEdit({ '': 'Name or password is wrong.' })
      }
      for (const key of keys) tries.succeeded(key)
      return signedIn({ id: person.id, name: person.name })
    },
    signOut: (session) => accounts.endSession(hash(session)),
    async changePassword(person, { current, password }) {
      const row = accounts.person(person.id)
      if (!(await isPassword(current, row))) throw new RefusedEdit({ current: 'This is not your present password.' })
      const errors = faultOf(password)
      if (Object.keys(errors).length > 0) throw new RefusedEdit(errors)
      accounts.setPassword(person.id, await hashPassword(password))
      accounts.endSessionsOf(person.id)
      note({ at: now(), who: person.name, what: 'password changed', subject: person.name, detail: '' })
    },
    invite(by) {
      note({ at: now(), who: by, what: 'person invited', subject: '', detail: '' })
      return invite()
    },
    listPeople: () => accounts.listPeople(),
    personOfSession: (session) => accounts.personOfSession(hash(session), now()) ?? null
  }
}

function faultOf(password: string): Record<string, string> {
  if (password.length >= SHORTEST && password.length <= LONGEST) return {}
  return { password: `Expected ${SHORTEST} to ${LONGEST} characters, received ${password.length}.` }
}

function token(): string {
  return randomBytes(32).toString('base64url')
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
