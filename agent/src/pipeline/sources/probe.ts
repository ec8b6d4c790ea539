/** Does the host accept a TCP connection? Nothing is sent. */
import { connect } from 'node:net'
import type { SourceInput } from '@vedette/native'

const LIMIT_MS = 1_500
const DEFAULT_PORTS: Record<string, number> = { 'rtsp:': 554, 'rtsps:': 322, 'http:': 80, 'https:': 443 }

/** host:port of a source on the network, else null. */
export function hostOf(input: SourceInput): string | null {
  if (input.kind !== 'rtsp' && input.kind !== 'http') return null
  if (!URL.canParse(input.url)) return null
  const { hostname, port, protocol } = new URL(input.url)
  return `${hostname}:${port === '' ? (DEFAULT_PORTS[protocol] ?? 554) : port}`
}

export function probeTcp(host: string): Promise<boolean> {
  const at = host.lastIndexOf(':')
  const name = host.slice(0, at).replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({ host: name, port: Number(host.slice(at + 1)) })
    const done = (isReachable: boolean) => {
      socket.destroy()
      resolve(isReachable)
    }
    socket.setTimeout(LIMIT_MS, () => done(false))
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
  })
}
