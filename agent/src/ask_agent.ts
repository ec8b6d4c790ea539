/** The agent that runs on this machine, asked over its own HTTP interface as its settings say. */
import type { HttpSettings } from './settings.ts'

export type AgentAddress = Pick<HttpSettings, 'host' | 'port' | 'prefix' | 'token'>

const LIMIT_MS = 5_000

export function addressOf({ host, port, prefix }: AgentAddress): string {
  // What listens on all addresses is asked on this machine's own.
  const own = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${own.includes(':') ? `[${own}]` : own}:${port}${prefix}`
}

/** Rejects when it does not answer in time. */
export function askAgent(at: AgentAddress, path: string, signal?: AbortSignal): Promise<Response> {
  const limit = AbortSignal.timeout(LIMIT_MS)
  return fetch(addressOf(at) + path, {
    headers: at.token === null ? {} : { authorization: `Bearer ${at.token.reveal()}` },
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit])
  })
}
