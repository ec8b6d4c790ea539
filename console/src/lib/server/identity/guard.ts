/** Before every request: who is it, may it, and is its body of a size that we take. */
import type { RequestEvent } from '@sveltejs/kit'
import { SESSION_COOKIE } from '../rooms.ts'
import type { Started } from '../start.ts'

/** Reached without signing in. Packages have their own check: boxes fetch them. */
const OPEN = ['/sign-in', '/welcome', '/packages/', '/healthz', '/_app/', '/favicon']
/** Streamed to disk with its own limit. */
const STREAMED = '/models/upload'
const BODY_LIMIT_BYTES = 512 * 1024

/** A response that ends the request, or null: go on. Fills `event.locals`. */
export function guard(started: Started, event: RequestEvent): Response | null {
  const { url, locals, request, cookies } = event
  const session = cookies.get(SESSION_COOKIE) ?? null
  locals.rooms = started.rooms
  locals.session = session
  locals.person = session === null ? null : started.rooms.identity.personOfSession(session)
  return tooLarge(request, url) ?? strange(request, url) ?? unknown(event)
}

function tooLarge(request: Request, url: URL): Response | null {
  if (request.body === null || url.pathname === STREAMED) return null
  const length = request.headers.get('content-length')
  if (length === null) return text(411, 'Expected a Content-Length.')
  if (Number(length) > BODY_LIMIT_BYTES) return text(413, `Expected at most ${BODY_LIMIT_BYTES} bytes.`)
  return null
}

/** Kit checks the origin of forms; this covers every other kind of body that changes something. */
function strange(request: Request, url: URL): Response | null {
  if (request.method === 'GET' || request.method === 'HEAD') return null
  const origin = request.headers.get('origin')
  if (origin === null || origin === url.origin) return null
  return text(403, `Expected a request of ${url.origin}, received one of ${origin}. Behind a proxy, set ORIGIN.`)
}

function unknown({ url, locals, request }: RequestEvent): Response | null {
  const isOpen = OPEN.some((path) => url.pathname === path || (path.endsWith('/') && url.pathname.startsWith(path)))
  if (isOpen || locals.person !== null) return null
  if (request.method !== 'GET' || !(request.headers.get('accept') ?? '').includes('text/html')) {
    return text(401, 'Sign in first.')
  }
  const to = url.pathname === '/' ? '' : `?to=${encodeURIComponent(url.pathname + url.search)}`
  return new Response(null, { status: 303, headers: { location: `/sign-in${to}` } })
}

function text(status: number, message: string): Response {
  return new Response(`${message}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
