/** The MQTT side of the console: the boxes' listener, the readers' listener, and the bridge between them. */
import { type ChannelName, channels, consoleStateTopic, DEFAULT_ROOT, topic } from '@vedette/protocol'
import type { Aedes } from 'aedes'
import { type BoxBrokerOptions, boxBroker } from './boxes.ts'
import { Bridge, type Bridged } from './bridge.ts'
import { InOrder, type Ordered } from './in_order.ts'
import { Listener } from './listener.ts'
import { short } from './options.ts'
import { Probe } from './probe.ts'
import { readerBroker } from './readers.ts'

export interface BrokerOptions extends BoxBrokerOptions {
  host: string
  port: number
  readOnlyPort: number
  tls: { cert: Buffer; key: Buffer } | null
  isReader(name: string, password: Buffer): boolean
  /** A connection was closed for what it did; `box` is null when no box had signed in with it. */
  onRefused(box: string | null, reason: string): void
  onAlarm(message: string): void
}

export class Broker {
  port = 0
  readOnlyPort = 0
  readonly #options: BrokerOptions
  #parts: Parts | null = null

  constructor(options: BrokerOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { host, port, readOnlyPort, tls, isBox, isReader, onMessage, onRefused, onAlarm } = this.#options
    const readers = await readerBroker(isReader)
    const toReaders = new InOrder(readers, ['#'])
    const bridge = new Bridge((message, done) => toReaders.publish(message, () => done()))
    const {
      aedes: boxes,
      answered,
      boxOf,
      remove
    } = await boxBroker({
      isBox,
      onMessage(box, packet) {
        onMessage(box, packet)
        // Without a reader only what the next one gets at once is kept.
        if (!packet.retain && readers.connectedClients === 0) return
        // Copied, because a payload is a part of a larger read from the socket, which would stay as long.
        bridge.push({ ...packet, payload: Buffer.from(packet.payload), qos: packet.qos === 0 ? 0 : 1 })
      }
    })
    const probe = new Probe(boxes, (waitedMs) => {
      onAlarm(`the broker has not delivered its own message for ${Math.round(waitedMs)} ms: a subscriber holds it up`)
    })
    const listeners = [
      new Listener(boxes, {
        ...{ host, port, tls },
        onRefused: (client, reason, address) =>
          onRefused(boxOf(client), `closed a connection from ${address}: ${reason}`)
      }),
      new Listener(readers, {
        ...{ host, port: readOnlyPort, tls },
        onRefused: ({ id }, reason, address) =>
          onRefused(null, `closed a read-only connection from ${address} (${short(id ?? 'no name')}): ${reason}`)
      })
    ]
    const toBoxes = new InOrder(boxes, [`${DEFAULT_ROOT}/+/+/dn/#`, consoleStateTopic()])
    this.#parts = { boxes, answered, remove, toBoxes, readers, bridge, probe, listeners }
    const [boxPort, readerPort] = await Promise.all(listeners.map((listener) => listener.start()))
    this.port = boxPort ?? 0
    this.readOnlyPort = readerPort ?? 0
    probe.start()
  }

  /** To the boxes; it arrives in the order in which it was published. */
  publish(message: Ordered): void {
    this.#parts?.toBoxes.publish(message, (error) => {
      this.#parts?.answered(boxIn(message.topic))
      if (error) this.#options.onAlarm(`could not publish ${message.topic}: ${error.message}`)
    })
  }

  /** To the readers. */
  show(message: Bridged): void {
    this.#parts?.bridge.push(message)
  }

  /** Ends the connection of a box, such as after its secret was changed. */
  disconnect(box: string): void {
    const clients = this.#parts?.boxes as unknown as { clients: Record<string, { close(): void } | undefined> }
    clients?.clients[box]?.close()
  }

  /** The box is no more: neither its connection nor what it said last. */
  removeBox(box: string): void {
    this.#parts?.remove(box)
    // An empty retained message removes the one before (MQTT 3.1.1 section 3.3.1.3).
    const last = { payload: Buffer.alloc(0), qos: 1, retain: true } as const
    this.publish({ ...last, topic: topic(box, 'dn/desired') })
    for (const [name, { retained }] of Object.entries(channels)) {
      if (retained && name.startsWith('up/')) this.show({ ...last, topic: topic(box, name as ChannelName) })
    }
  }

  disconnectReaders(name: string): void {
    const broker = this.#parts?.readers as unknown as { clients: Record<string, { close(): void }> }
    for (const [id, client] of Object.entries(broker?.clients ?? {})) {
      if (id.startsWith(`${name}/`)) client.close()
    }
  }

  get figures() {
    const parts = this.#parts
    return {
      isBrokerHealthy: parts?.probe.isHealthy ?? false,
      brokerRoundTripMs: parts?.probe.roundTripMs ?? null,
      boxesConnected: parts?.boxes.connectedClients ?? 0,
      readersConnected: parts?.readers.connectedClients ?? 0,
      readerDrops: parts?.bridge.drops ?? 0
    }
  }

  async stop(): Promise<void> {
    const parts = this.#parts
    this.#parts = null
    if (parts === null) return
    parts.probe.stop()
    parts.bridge.clear()
    await Promise.all(parts.listeners.map((listener) => listener.stop()))
    await Promise.all([parts.boxes, parts.readers].map((broker) => new Promise<void>((done) => broker.close(done))))
  }
}

/** `box-1` of `vedette/v1/box-1/dn/receipt`. */
function boxIn(topic: string): string {
  return topic.split('/')[2] ?? ''
}

interface Parts {
  boxes: Aedes
  answered(box: string): void
  remove(box: string): void
  toBoxes: InOrder
  readers: Aedes
  bridge: Bridge
  probe: Probe
  listeners: Listener[]
}
