/** One WebSocket: closed when nothing is heard of it for a minute, and when it takes nothing that is sent. */
import type { WebSocket } from '@fastify/websocket'
import Type from 'typebox'
import { faults } from './fault.ts'

export interface TalkOptions {
  /** A text of at most 4 KiB. */
  said?(text: string): void
  closed?(): void
  /** Default: 60 s. */
  idleMs?: number
}

const IDLE_MS = 60_000
/** A reader that leaves so much lying does not read. */
const LIMIT_BYTES = 1024 * 1024
const CLOGGED_BYTES = 64 * 1024
/** RFC 6455, 7.4.1 */
export const TRY_AGAIN_LATER = 1013
const GOING_AWAY = 1001
const UNSUPPORTED_DATA = 1003
const POLICY_VIOLATION = 1008

export class Talk {
  readonly #socket: WebSocket
  readonly #idle: NodeJS.Timeout

  constructor(socket: WebSocket, { said, closed, idleMs = IDLE_MS }: TalkOptions) {
    this.#socket = socket
    this.#idle = setTimeout(() => this.close(GOING_AWAY, `nothing was heard for ${idleMs / 1000} s`), idleMs)
    socket.on('message', (data, isBinary) => {
      this.#idle.refresh()
      if (isBinary) this.close(UNSUPPORTED_DATA, 'expected text')
      else said?.(String(data))
    })
    socket.on('pong', () => void this.#idle.refresh())
    // It says why itself: too long a message, or bytes that are no WebSocket.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(this.#idle)
      closed?.()
    })
  }

  get isClogged(): boolean {
    return this.#socket.bufferedAmount > CLOGGED_BYTES
  }

  text(text: string): void {
    if (this.#socket.bufferedAmount > LIMIT_BYTES) this.close(POLICY_VIOLATION, 'you read too slowly')
    else if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text)
  }

  json(message: object): void {
    this.text(JSON.stringify(message))
  }

  /** Answered by itself: whoever only listens stays. */
  ping(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping()
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
    // One that does not answer the goodbye either.
    setTimeout(() => this.#socket.terminate(), 2000).unref()
  }
}

/** For `response` of a route that becomes a WebSocket. */
export function switching(description: string) {
  return { 101: Type.Null({ description }), ...faults(400, 401, 403, 404) }
}
