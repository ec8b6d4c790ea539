/** A TCP or TLS listener in front of a broker, which closes what aedes leaves open: see facts beside each limit. */
import net from 'node:net'
import tls from 'node:tls'
import type { Aedes, Client } from 'aedes'
import { refusal } from './refusal.ts'

export interface ListenerOptions {
  host: string
  port: number
  tls: { cert: Buffer; key: Buffer } | null
  /** A connection was closed for what it did: in words, with its address. */
  onRefused(client: Client, reason: string, address: string): void
}

/** aedes 1.2 buffers a CONNECT of any declared size before it asks who is there (moscajs/aedes#1086). */
export const BYTES_BEFORE_CONNECTED = 16 * 1024
/** And a PUBLISH of up to 256 MiB after that. */
const BYTES_OF_PACKET = 8 * 1024 * 1024
const CONNECTIONS = 20_000

export class Listener {
  readonly #server: net.Server
  readonly #options: ListenerOptions
  readonly #sockets = new Set<net.Socket>()

  constructor(broker: Aedes, options: ListenerOptions) {
    this.#options = options
    const addresses = new WeakMap<Client, string>()
    const accept = (socket: net.Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      // Asked now, because a closed socket does not know it any more.
      const { remoteAddress } = socket
      addresses.set(guard(broker, socket), remoteAddress ?? 'an unknown address')
    }
    const tell = (client: Client, error: Error) => {
      const reason = refusal(error)
      const address = addresses.get(client)
      if (reason === null || address === undefined) return
      // aedes may report several errors of one connection; the first is why it was closed.
      addresses.delete(client)
      options.onRefused(client, reason, address)
    }
    broker.on('clientError', tell)
    broker.on('connectionError', tell)
    this.#server = options.tls
      ? tls.createServer({ ...options.tls, handshakeTimeout: 5000 }, accept)
      : net.createServer(accept)
    this.#server.maxConnections = CONNECTIONS
    // A failed handshake is the other side's affair; it must not end the process.
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy())
  }

  /** The port it listens on. */
  async start(): Promise<number> {
    const { host, port } = this.#options
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        reject(new Error(`MQTT: cannot listen on ${host}:${port} (${error.code}); free the port or set another one`))
      })
      this.#server.listen(port, host, resolve)
    })
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : port
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

function guard(broker: Aedes, socket: net.Socket): Client {
  socket.setNoDelay(true)
  let parser: Parser | undefined
  // Before aedes' own listener reads: once it has read, the bytes are in its parser.
  socket.on('readable', () => {
    if (!client.connected && socket.bytesRead > BYTES_BEFORE_CONNECTED) socket.destroy(tooLarge(BYTES_BEFORE_CONNECTED))
    else if ((parser?._list?.length ?? 0) > BYTES_OF_PACKET) socket.destroy(tooLarge(BYTES_OF_PACKET))
  })
  const client = broker.handle(socket)
  parser = (client as { _parser?: Parser })._parser
  return client
}

function tooLarge(limit: number): Error {
  return new Error(`expected a packet of at most ${limit} bytes, received a larger one`)
}

/** mqtt-packet's, with the bytes of a packet that is not whole yet. Not public: without it, only this limit is lost. */
interface Parser {
  _list?: { length: number }
}
