/** The broker of the boxes: who may say what. A message of a box is handed over before anything else happens to it. */
import { consoleStateTopic, DEFAULT_ROOT, topic, VERSION } from '@vedette/protocol'
import { Aedes, type Client, type PublishPacket } from 'aedes'
import { Gather } from './gather.ts'
import { limits, NotAuthorized, short, withoutSession } from './options.ts'

export interface BoxBrokerOptions {
  /** Is this the secret of this box? */
  isBox(id: string, secret: Buffer): boolean
  onMessage(box: string, packet: { topic: string; payload: Buffer; qos: 0 | 1 | 2; retain: boolean }): void
}

export interface BoxBroker {
  aedes: Aedes
  /** The answer to its events is complete. */
  answered(box: string): void
  /** The box that has signed in with this connection. */
  boxOf(client: Client): string | null
  /** Ends its connection without its will: the box is no more. */
  remove(box: string): void
}

export async function boxBroker({ isBox, onMessage }: BoxBrokerOptions): Promise<BoxBroker> {
  const gather = new Gather()
  const boxes = new WeakMap<Client, { id: string; up: string; events: string }>()
  const aedes = new Downward({
    ...limits,
    // Else its emitter serves so many deliveries at a time, and as many frozen boxes hold up all the others.
    concurrency: 0,
    preConnect(_client, packet, done) {
      withoutSession(packet)
      // One connection a box: its new one ends the old one, and no box can end another's by its client id.
      packet.clientId = packet.username ?? ''
      done(null, true)
    },
    authenticate(client, username, password, done) {
      const id = username ?? ''
      const isKnown = password !== undefined && isBox(id, Buffer.from(password))
      if (!isKnown) return done(new NotAuthorized(`box ${short(id)}: unknown, or wrong secret`), false)
      boxes.set(client, { id, up: `${prefix(id)}/up/`, events: topic(id, 'up/events') })
      done(null, true)
    },
    authorizePublish(client, packet, done) {
      const box = client === null ? undefined : boxes.get(client)
      if (box === undefined) return done(new NotAuthorized('not signed in'))
      if (!packet.topic.startsWith(box.up)) {
        return done(new NotAuthorized(`expected a topic under ${box.up}, received ${short(packet.topic)}`))
      }
      if (client !== null && packet.topic === box.events) gather.hold(client)
      onMessage(box.id, {
        topic: packet.topic,
        payload: Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload),
        qos: packet.qos,
        retain: packet.retain
      })
      done(null)
    },
    authorizeSubscribe(client, subscription, done) {
      const box = boxes.get(client)
      const isOwn = box !== undefined && subscription.topic.startsWith(`${prefix(box.id)}/dn/`)
      done(null, isOwn || subscription.topic === consoleStateTopic() ? subscription : null)
    }
  })
  await aedes.listen()
  const clients = (aedes as unknown as { clients: Record<string, Client | undefined> }).clients
  return {
    aedes,
    answered(box) {
      const client = clients[box]
      if (client) gather.release(client)
    },
    boxOf: (client) => boxes.get(client)?.id ?? null,
    remove(box) {
      const client = clients[box]
      if (client === undefined) return
      boxes.delete(client)
      client.close()
    }
  }
}

/** Routes what the console says. What a box says was handed over, and nobody may subscribe to it here. */
class Downward extends Aedes {
  /** aedes calls it with the client from which a message came (1.2, lib/handlers/publish.js, and for wills lib/client.js). */
  override publish(packet: PublishPacket, from: Client | Done, done?: Done): void {
    if (typeof from === 'function') super.publish(packet, from)
    else done?.()
  }
}

type Done = (error?: Error) => void

function prefix(box: string): string {
  return `${DEFAULT_ROOT}/v${VERSION}/${box}`
}
