/**
 * Posts JSON with limits on everything: time, redirects (same origin only, because the body is not for others), bytes of
 * the answer, and where the name may lead (`address_check.ts`), looked at when the connection is made.
 */
import { lookup as systemLookup } from 'node:dns'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { type AddressSource, whyNotThere } from './address_check.ts'
import { ComeAgain, RefusedAlert } from './alert_handler.ts'

export interface Post {
  url: string
  from: AddressSource
  headers: Record<string, string>
  body: string
  /** PEM file of the authority that signed the receiver's certificate, instead of those that this system trusts. */
  caFile: string | null
  timeoutMs: number
  signal: AbortSignal
}

const REDIRECTS = 3
const ANSWER_BYTES = 64 * 1024

/** Resolves when the receiver has taken it. */
export async function httpPost(post: Post): Promise<void> {
  let url = new URL(post.url)
  for (let hops = 0; ; hops++) {
    const { status, location, retryAfter } = await once(url, post)
    if (status >= 200 && status < 300) return
    if ((status === 307 || status === 308) && location !== undefined) {
      const next = new URL(location, url)
      if (next.origin !== url.origin)
        throw new RefusedAlert(
          `${url.host} redirects to ${next.origin}, where alerts are not sent. Put that address into the settings`
        )
      if (hops >= REDIRECTS) throw new RefusedAlert(`${url.host} redirects more than ${REDIRECTS} times`)
      url = next
      continue
    }
    throw refusal(url.host, status, retryAfter)
  }
}

function refusal(host: string, status: number, retryAfter: string | undefined): Error {
  const words = `${host} answered ${status}`
  if (status === 401 || status === 403)
    return new ComeAgain(`${words}: it does not let this box in. Check the address and the secret`, 60_000)
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return new ComeAgain(words, waitMs(retryAfter))
  if (status === 404 || status === 410)
    return new RefusedAlert(`${words}: there is no such receiver. Check the address`)
  return new RefusedAlert(words)
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function waitMs(retryAfter: string | undefined): number {
  if (retryAfter === undefined) return 0
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now()
  return Number.isFinite(ms) && ms > 0 ? ms : 0
}

interface Answer {
  status: number
  location: string | undefined
  retryAfter: string | undefined
}

function once(url: URL, { from, headers, body, caFile, timeoutMs, signal }: Post): Promise<Answer> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // A name is looked at when it is resolved, an address is not resolved.
  const why = isIP(host) === 0 ? null : whyNotThere(host, from)
  if (why !== null) return Promise.reject(new RefusedAlert(why))
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      lookup: checkedLookup(from),
      // A connection of its own each: alerts are rare, and a kept one is dead when it is needed.
      agent: false,
      signal: limit
    }
    const fail = (error: Error) => reject(inWords(error, { url, limit, timeoutMs }))
    const request =
      url.protocol === 'https:'
        ? https.request(url, { ...options, ...(caFile !== null && { ca: readFileSync(caFile) }) })
        : http.request(url, options)
    request.on('error', fail)
    request.on('response', (response) => {
      const { statusCode = 0, headers } = response
      const answer = { status: statusCode, location: headers.location, retryAfter: headers['retry-after'] }
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        // What the receiver decided is known; how much more it says is its own matter.
        if (bytes > ANSWER_BYTES) response.destroy()
      })
      response.on('error', fail)
      response.on('close', () => resolve(answer))
    })
    request.end(body)
  })
}

function checkedLookup(from: AddressSource): LookupFunction {
  return (name, options, done) => {
    systemLookup(name, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, [])
      const why = addresses.map(({ address }) => whyNotThere(address, from)).find((words) => words !== null)
      if (why !== undefined) return done(new RefusedAlert(`${name} leads to ${why}`), [])
      const [first] = addresses
      if (options.all) done(null, addresses)
      else done(null, first!.address, first!.family)
    })
  }
}

function inWords(error: NodeJS.ErrnoException, at: { url: URL; limit: AbortSignal; timeoutMs: number }): Error {
  const { host } = at.url
  if (error instanceof RefusedAlert) return error
  if (at.limit.aborted) return new Error(`${host} did not answer within ${at.timeoutMs / 1000} s`)
  switch (error.code) {
    case 'ECONNREFUSED':
      return new Error(`nothing listens at ${host}`)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(`the name of ${host} cannot be resolved. Check the address and the network`)
    default:
      return new Error(
        /CERT|UNABLE_TO_(GET|VERIFY)/.test(error.code ?? '')
          ? `the certificate of ${host} cannot be trusted (${error.code}). Put its authority's certificate into "ca" of this handler`
          : `${host}: ${error.message}`
      )
  }
}
