/** Browsers that were let in with the token: they cannot send a header with a picture or a socket, but a cookie. */
import { randomBytes } from 'node:crypto'

/** Not the console's: browsers do not tell ports apart. */
export const SESSION_COOKIE = 'vedette_box_session'
const HOURS = 12
const MOST = 1000

export class Sessions {
  /** When each ends, oldest first. */
  readonly #ends = new Map<string, number>()

  /** The value of the `Set-Cookie` header. */
  open(path: string): string {
    const [oldest] = this.#ends.keys()
    if (oldest !== undefined && this.#ends.size >= MOST) this.#ends.delete(oldest)
    const id = randomBytes(24).toString('base64url')
    this.#ends.set(id, Date.now() + HOURS * 3_600_000)
    return `${SESSION_COOKIE}=${id}; Path=${path}; HttpOnly; SameSite=Strict; Max-Age=${HOURS * 3600}`
  }

  has(id: string): boolean {
    const end = this.#ends.get(id)
    if (end === undefined) return false
    if (end > Date.now()) return true
    this.#ends.delete(id)
    return false
  }
}
