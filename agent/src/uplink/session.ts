/**
 * The connection to the broker: one mqtt.js client per session, made by our own loop. mqtt.js neither reconnects nor
 * queues by itself: its queue is unbounded memory, and what matters waits in the spool (facts in design 2.7).
 */
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { type ChannelName, channels, encode, parseTopic, topic, VERSION } from '@vedette/protocol'
import { connect, type MqttClient } from 'mqtt'
import { ulid } from 'ulid'
import { fullJitterMs } from './full_jitter.ts'
import { hostOf, inWords } from './refusal.ts'

export interface Connection {
  box: string
  url: string
  root: string
  secret: string
  /** PEM file of the authority that signed the broker's certificate. */
  caFile: string | null
}

export interface SessionHandlers {
  /** Connected, subscribed and announced. */
  online(session: string): void
  offline(reason: string): void
  message(channel: ChannelName, detail: string | null, payload: Uint8Array): void
  /** For the log. */
  trouble(message: string): void
}

export interface SessionStatus {
  state: 'stopped' | 'connecting' | 'online' | 'waiting'
  /** Why not online, in words. */
  reason: string
  since: number
  nextTryAt: number | null
}

const KEEPALIVE_S = 20
const CONNECT_LIMIT_MS = 15_000
/** A session this long was a good one: the next failure begins with the shortest wait again. */
const STABLE_MS = 60_000
const dnChannels = ['dn/desired', 'dn/receipt', 'dn/watch', 'dn/command'] as const

export class Session {
  readonly #connection: Connection
  readonly #handlers: SessionHandlers
  readonly #stop = new AbortController()
  #client: MqttClient | null = null
  #loop: Promise<void> = Promise.resolve()
  #status: SessionStatus = { state: 'stopped', reason: '', since: Date.now(), nextTryAt: null }

  constructor(connection: Connection, handlers: SessionHandlers) {
    this.#connection = connection
    this.#handlers = handlers
  }

  get status(): SessionStatus {
    return this.#status
  }

  get isOnline(): boolean {
    return this.#status.state === 'online'
  }

  /** Bytes written and not yet taken by the network. */
  get writableLength(): number {
    return this.#client?.stream.writableLength ?? 0
  }

  start(): void {
    this.#loop = this.#run()
  }

  /** Says goodbye when it can, within two seconds. */
  async stop(): Promise<void> {
    const client = this.#client
    if (client && this.isOnline) {
      const goodbye = client.publishAsync(...this.#presence(this.#sessionId, false))
      await Promise.race([goodbye.catch(() => {}), wait(1000, undefined, { ref: false })])
    }
    this.#stop.abort()
    client?.end(true)
    await this.#loop
    this.#tell('stopped', '', null)
  }

  /** False when nothing was sent. QoS 1 is handed over once; who needs more keeps it until a receipt. */
  send(channel: ChannelName, payload: string | Uint8Array, detail?: string): boolean {
    const client = this.#client
    if (!client || !this.isOnline) return false
    const { qos, retained } = channels[channel]
    const bytes =
      typeof payload === 'string' ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.length)
    client.publish(
      topic(this.#connection.box, channel, detail, this.#connection.root),
      bytes,
      { qos, retain: retained },
      () => {
        // A failed publish closes the connection, which is where it is told.
      }
    )
    return true
  }

  #sessionId = ''

  async #run(): Promise<void> {
    const signal = this.#stop.signal
    for (let attempt = 0; !signal.aborted; attempt++) {
      const startedAt = performance.now()
      const reason = await this.#once()
      if (signal.aborted) return
      if (performance.now() - startedAt > STABLE_MS) attempt = 0
      const delayMs = fullJitterMs(attempt)
      this.#tell('waiting', reason, Date.now() + delayMs)
      this.#handlers.trouble(`${reason}. Next try in ${(delayMs / 1000).toFixed(1)} s`)
      await wait(delayMs, undefined, { signal }).catch(() => {})
    }
  }

  /** One session from its beginning to its end; resolves with why it ended. */
  #once(): Promise<string> {
    const { url, box, secret } = this.#connection
    this.#tell('connecting', this.#status.reason, null)
    const session = ulid()
    this.#sessionId = session
    return new Promise((resolve) => {
      let reason = `${hostOf(url)} closed the connection`
      let client: MqttClient
      try {
        const [willTopic, willPayload] = this.#presence(session, false)
        client = connect(url, {
          protocolVersion: 4,
          clean: true,
          clientId: box,
          username: box,
          password: secret,
          keepalive: KEEPALIVE_S,
          connectTimeout: CONNECT_LIMIT_MS,
          reconnectPeriod: 0,
          queueQoSZero: false,
          resubscribe: false,
          will: { topic: willTopic, payload: Buffer.from(willPayload), qos: 1, retain: true },
          ...(this.#connection.caFile === null ? {} : { ca: readFileSync(this.#connection.caFile) })
        })
      } catch (error) {
        resolve((error as Error).message)
        return
      }
      this.#client = client
      client.on('error', (error) => {
        reason = inWords(error, hostOf(url), box)
      })
      client.on('message', (name, payload) => this.#message(name, payload))
      client.once('connect', () => {
        void this.#announce(client, session).catch((error: Error) => {
          reason = error.message
          client.end(true)
        })
      })
      client.once('close', () => {
        const wasOnline = this.isOnline
        client.end(true)
        if (this.#client === client) this.#client = null
        if (wasOnline) {
          this.#tell('waiting', reason, null)
          this.#handlers.offline(reason)
        }
        resolve(reason)
      })
    })
  }

  async #announce(client: MqttClient, session: string): Promise<void> {
    const { box, root } = this.#connection
    const wanted = dnChannels.map((channel) => topic(box, channel, channels[channel].detail ? '+' : undefined, root))
    const granted = await client.subscribeAsync(
      Object.fromEntries(wanted.map((name, i) => [name, { qos: channels[dnChannels[i]!].qos }]))
    )
    const refused = granted.find(({ qos }) => qos > 2)
    if (refused) throw new Error(`the broker does not let this box subscribe to ${refused.topic}`)
    await client.publishAsync(...this.#presence(session, true))
    this.#tell('online', '', null)
    this.#handlers.online(session)
  }

  #presence(session: string, online: boolean): [string, string, { qos: 1; retain: true }] {
    const { box, root } = this.#connection
    const payload = encode('up/presence', { v: VERSION, session, online, since: new Date().toISOString() })
    return [topic(box, 'up/presence', undefined, root), payload, { qos: 1, retain: true }]
  }

  #message(name: string, payload: Uint8Array): void {
    const parsed = parseTopic(name, this.#connection.root)
    if (parsed?.box !== this.#connection.box) return
    try {
      this.#handlers.message(parsed.channel, parsed.detail, payload)
    } catch (error) {
      // Whatever a message says, the connection and everything else go on.
      this.#handlers.trouble(`${name} was ignored: ${(error as Error).message}`)
    }
  }

  #tell(state: SessionStatus['state'], reason: string, nextTryAt: number | null): void {
    const since = state === this.#status.state ? this.#status.since : Date.now()
    this.#status = { state, reason, since, nextTryAt }
  }
}
