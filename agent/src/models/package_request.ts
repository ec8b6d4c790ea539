/** One GET to the console, which may have a certificate of an authority of its own. Node's fetch cannot be told of one. */
import { readFileSync } from 'node:fs'
import { type IncomingMessage, get as plain } from 'node:http'
import { get as secure } from 'node:https'
import { whyNoConnection } from '../no_connection.ts'
import { PackageError } from './package_error.ts'

export interface PackageRequest {
  url: string
  headers: Record<string, string>
  /** PEM file of the authorities to trust instead of the system's; read anew each time, it may have been renewed. */
  caFile: string | null
  signal: AbortSignal
}

/** Resolves with the head of the answer; rejects with what the network says. */
export function ask({ url, headers, caFile, signal }: PackageRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = url.startsWith('https:')
    ? secure(url, { headers, signal, ...(caFile === null ? {} : { ca: readAuthorities(caFile) }) }, resolve)
    : plain(url, { headers, signal }, resolve)
  request.on('error', reject)
  return promise
}

/** Why there was no answer, and what to do. */
export function whyNoAnswer(error: NodeJS.ErrnoException, url: string): string {
  const { host } = new URL(url)
  const why = whyNoConnection(error, { host, setting: 'console.url' })
  return why ?? (error.code === 'ECONNRESET' ? 'the connection broke' : error.message)
}

function readAuthorities(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new PackageError('network', `expected certificates in PEM at ${file}, which console.ca names (${code})`)
  }
}
