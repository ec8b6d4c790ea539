/** A small RTSP client (RFC 2326): one connection, one request at a time, every wait with a limit. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import { authorize, type Challenge, chooseChallenge } from './digest.ts'
import { RtspReader, type RtspResponse } from './rtsp_stream.ts'

export interface RtspTarget {
  /** rtsp:// or rtsps://, without user and password. */
  url: string
  user?: string
  password?: string
}

const LIMIT_MS = 10_000

export class RtspClient {
  readonly #target: RtspTarget
  readonly #reader = new RtspReader()
  readonly #onPacket: (channel: number, packet: Buffer) => void
  #socket: Socket | null = null
  #waiting: { resolve(response: RtspResponse): void; reject(error: Error): void } | null = null
  #failure: Error | null = null
  #sequence = 0
  #session = ''
  #challenge: Challenge | null = null
  #count = 0

  constructor(target: RtspTarget, onPacket: (channel: number, packet: Buffer) => void = () => undefined) {
    this.#target = target
    this.#onPacket = onPacket
  }

  /** What the camera asked for, once it has. */
  get scheme(): Challenge['scheme'] | null {
    return this.#challenge?.scheme ?? null
  }

  /** Its end of the connection: where datagrams come from. */
  get remoteAddress(): string {
    return this.#socket?.remoteAddress ?? ''
  }

  async start(): Promise<void> {
    const { hostname, port, protocol } = new URL(this.#target.url)
    const host = hostname.replace(/^\[|\]$/g, '')
    const isSecure = protocol === 'rtsps:'
    const address = { host, port: Number(port || (isSecure ? 322 : 554)) }
    const socket = isSecure ? connectSecure({ ...address, servername: host }) : connectPlain(address)
    this.#socket = socket
    await within(once(socket, isSecure ? 'secureConnect' : 'connect'), `no connection within ${LIMIT_MS / 1000} s`)
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the camera closed the connection')))
  }

  stop(): void {
    this.#socket?.on('error', () => undefined)
    this.#socket?.destroy()
  }

  /** Answers the first challenge; a 401 that remains is the caller's to judge. */
  async request(method: string, uri: string, headers: Record<string, string> = {}): Promise<RtspResponse> {
    const response = await this.#send(method, uri, headers)
    if (response.status !== 401) return response
    const offered = chooseChallenge(response.headers['www-authenticate'] ?? [])
    const isRefused = this.#challenge !== null && offered?.parameters.stale?.toLowerCase() !== 'true'
    this.#challenge = offered
    if (offered === null || isRefused || this.#target.user === undefined) return response
    return this.#send(method, uri, headers)
  }

  async #send(method: string, uri: string, headers: Record<string, string>): Promise<RtspResponse> {
    if (this.#failure) throw this.#failure
    const { user, password = '' } = this.#target
    const lines = [`${method} ${uri} RTSP/1.0`, `CSeq: ${++this.#sequence}`, 'User-Agent: vedette']
    if (this.#session !== '') lines.push(`Session: ${this.#session}`)
    if (this.#challenge !== null && user !== undefined) {
      const asked = { method, uri, cnonce: randomBytes(8).toString('hex'), count: ++this.#count }
      lines.push(`Authorization: ${authorize(this.#challenge, { user, password }, asked)}`)
    }
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
    const answered = new Promise<RtspResponse>((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
    this.#socket?.write(`${lines.join('\r\n')}\r\n\r\n`)
    const response = await within(answered, `no answer to ${method} within ${LIMIT_MS / 1000} s`)
    this.#session = response.headers.session?.[0]?.split(';')[0]?.trim() ?? this.#session
    return response
  }

  #read(chunk: Buffer): void {
    try {
      for (const part of this.#reader.read(chunk)) {
        if ('response' in part) {
          this.#waiting?.resolve(part.response)
          this.#waiting = null
        } else this.#onPacket(part.channel, part.packet)
      }
    } catch (error) {
      this.#fail(error as Error)
      this.#socket?.destroy()
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#waiting?.reject(error)
    this.#waiting = null
  }
}

function within<T>(promise: Promise<T>, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(message), { code: 'ETIMEDOUT' })), LIMIT_MS)
  })
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer))
}
