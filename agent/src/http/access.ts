/**
 * Who may ask. With a token: whoever brings it, or the cookie of a session that was opened with it. Without one: this
 * machine, under a name of its own, so that a page from elsewhere cannot reach in by a name that it points here (DNS
 * rebinding). A page from elsewhere is refused in both, unless its origin is in the settings: WebSockets know no CORS.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { HttpFault } from './fault.ts'
import { SESSION_COOKIE, type Sessions } from './sessions.ts'

export interface AccessRules {
  /** Null: only loopback listens. */
  token: { reveal(): string } | null
  /** Under which the box is reached, beside its addresses. */
  names: readonly string[]
  /** Origins of pages from elsewhere that may ask. */
  cors: readonly string[]
}

/** Throws what to answer instead. `isPublic`: the page itself, which holds no data. */
export function admit(
  headers: IncomingHttpHeaders,
  { rules, sessions, isPublic }: { rules: AccessRules; sessions: Sessions; isPublic: boolean }
): void {
  const { host = '', origin } = headers
  if (rules.token === null && !isOwnName(hostname(`http://${host}`), rules.names))
    throw new HttpFault(403, `expected a Host that is this box, received ${host}; add the name to http.names`)
  if (origin !== undefined && !isSameOrigin(origin, host) && !rules.cors.includes(origin))
    throw new HttpFault(403, `expected a page of this box, received origin ${origin}; add it to http.cors`)
  if (rules.token === null || isPublic) return
  const given = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
  if (given !== undefined && isSecret(given, rules.token.reveal())) return
  if (sessions.has(cookie(headers.cookie, SESSION_COOKIE))) return
  throw new HttpFault(401, 'expected the header "Authorization: Bearer" with the token of the settings (http.token)')
}

/** In a time that does not tell how much of it is right. */
export function isSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function isOwnName(name: string, names: readonly string[]): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name) || names.includes(name)
}

function isSameOrigin(origin: string, host: string): boolean {
  const at = URL.canParse(origin) ? new URL(origin) : null
  return (
    at !== null &&
    at.host !== '' &&
    at.host === (URL.canParse(`${at.protocol}//${host}`) ? new URL(`${at.protocol}//${host}`).host : null)
  )
}

function hostname(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}

function cookie(header: string | undefined, name: string): string {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return ''
}
