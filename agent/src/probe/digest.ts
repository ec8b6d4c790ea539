/** What a client answers to WWW-Authenticate: Basic (RFC 7617) and Digest (RFC 2617, RFC 7616). Pure. */
import { createHash } from 'node:crypto'

export interface Challenge {
  scheme: 'basic' | 'digest'
  parameters: Record<string, string>
}

export interface Asked {
  method: string
  uri: string
  /** Only with qop: chosen by the client, and new for each request. */
  cnonce: string
  count: number
}

const HASHES: Record<string, string> = { md5: 'md5', 'sha-256': 'sha256' }

/** The strongest that we speak; null when there is none. */
export function chooseChallenge(headers: readonly string[]): Challenge | null {
  const known = headers.flatMap(parseChallenge).filter(({ scheme, parameters }) => {
    return scheme === 'basic' || baseAlgorithm(parameters) in HASHES
  })
  const strength = ({ scheme, parameters }: Challenge) =>
    scheme === 'basic' ? 0 : baseAlgorithm(parameters) === 'sha-256' ? 2 : 1
  return known.toSorted((a, b) => strength(b) - strength(a))[0] ?? null
}

/** The value of the Authorization header. */
export function authorize(
  { scheme, parameters }: Challenge,
  { user, password }: { user: string; password: string },
  { method, uri, cnonce, count }: Asked
): string {
  if (scheme === 'basic') return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const { realm = '', nonce = '', opaque } = parameters
  const algorithm = baseAlgorithm(parameters)
  const hash = (text: string) => createHash(HASHES[algorithm]!).update(text).digest('hex')
  const isSession = parameters.algorithm?.toLowerCase().endsWith('-sess') ?? false
  const plain = hash(`${user}:${realm}:${password}`)
  const secret = isSession ? hash(`${plain}:${nonce}:${cnonce}`) : plain
  const what = hash(`${method}:${uri}`)
  const hasQop = parameters.qop?.split(',').some((one) => one.trim() === 'auth') ?? false
  const nc = count.toString(16).padStart(8, '0')
  const response = hash(hasQop ? `${secret}:${nonce}:${nc}:${cnonce}:auth:${what}` : `${secret}:${nonce}:${what}`)
  const quoted = { username: user, realm, nonce, uri, response, ...(opaque === undefined ? {} : { opaque }) }
  const parts = Object.entries(quoted).map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`)
  if (parameters.algorithm !== undefined) parts.push(`algorithm=${parameters.algorithm}`)
  if (hasQop || isSession) parts.push('qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`)
  return `Digest ${parts.join(', ')}`
}

/** `Digest realm="a", nonce="b", stale="FALSE"`; another scheme is left out. */
function parseChallenge(header: string): Challenge[] {
  const scheme = /^\s*(basic|digest)\b/i.exec(header)?.[1]?.toLowerCase()
  if (scheme !== 'basic' && scheme !== 'digest') return []
  const found = header.matchAll(/([a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi)
  const parameters = [...found].map(([, name, quoted, plain]) => [
    name!.toLowerCase(),
    quoted?.replace(/\\(.)/g, '$1') ?? plain!
  ])
  return [{ scheme, parameters: Object.fromEntries(parameters) as Record<string, string> }]
}

function baseAlgorithm(parameters: Record<string, string>): string {
  return (parameters.algorithm ?? 'md5').toLowerCase().replace(/-sess$/, '')
}
