/** The way to the console: its name, its page, and its clock. The broker is asked by the uplink. */
import { lookup } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'
import { isIP } from 'node:net'

const LIMIT_MS = 10_000

export interface ConsoleFacts {
  url: string
  mqtt: string
  /** Addresses by host name; a text is why it has none. */
  names: Record<string, string[] | string>
  page: { status: number; clockAheadMs: number | null } | { error: string; code: string | null }
  /** Null: the broker took this box; else why not. */
  broker: string | null
}

export interface ConsoleAddress {
  url: string
  mqtt: string
  ca: string | null
}

export async function consoleFacts(
  console: ConsoleAddress,
  askBroker: () => Promise<string | null>
): Promise<ConsoleFacts> {
  const hosts = [...new Set([console.url, console.mqtt].map((url) => new URL(url).hostname.replace(/^\[|\]$/g, '')))]
  const [names, page, broker] = await Promise.all([
    Promise.all(hosts.map(async (host) => [host, await addressesOf(host)] as const)),
    askPage(console),
    askBroker()
  ])
  return { url: console.url, mqtt: console.mqtt, names: Object.fromEntries(names), page, broker }
}

async function addressesOf(host: string): Promise<string[] | string> {
  if (isIP(host)) return [host]
  return lookup(host, { all: true }).then(
    (found) => found.map(({ address }) => address),
    (error: NodeJS.ErrnoException) => error.code ?? error.message
  )
}

function askPage({ url, ca }: ConsoleAddress): Promise<ConsoleFacts['page']> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve({ error: error.message, code: error.code ?? null })
    try {
      const options = { timeout: LIMIT_MS, ...(ca === null ? {} : { ca: readFileSync(ca) }) }
      const get = url.startsWith('https:') ? getSecure : getPlain
      const sentAt = Date.now()
      const request = get(`${url}/healthz`, options, (response) => {
        response.resume()
        const date = Date.parse(response.headers.date ?? '')
        // The header has whole seconds, cut: its middle is half a second later.
        const there = date + 500 - (sentAt + Date.now()) / 2
        resolve({ status: response.statusCode ?? 0, clockAheadMs: Number.isNaN(date) ? null : -there })
      })
      request.once('timeout', () => request.destroy(new Error(`no answer within ${LIMIT_MS / 1000} s`)))
      request.once('error', failed)
    } catch (error) {
      failed(error as NodeJS.ErrnoException)
    }
  })
}
