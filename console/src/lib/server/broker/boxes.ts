/** The broker of the boxes: who may say what. A message of a box is handed over before anything else happens to it. */
import { consoleStateTopic, DEFAULT_ROOT, VERSION } from '@vedette/protocol'
import { Aedes, type Client } from 'aedes'
import { limits, NotAuthorized, short, withoutSession } from './options.ts'

export interface BoxBrokerOptions {
  /** Is this the secret of this box? */
  isBox(id: string, secret: Buffer): boolean
  onMessage(box: string, packet: { topic: string; payload: Buffer; qos: 0 | 1 | 2; retain: boolean }): void
}

export interface BoxBroker {
  aedes: Aedes
  /** The box that has signed in with this connection. */
  boxOf(client: Client): string | null
}

export async function boxBroker({ isBox, onMessage }: BoxBrokerOptions): Promise<BoxBroker> {
  const boxes = new WeakMap<Client, string>()
  const aedes = await Aedes.createBroker({
    ...limits,
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
      boxes.set(client, id)
      done(null, true)
    },
    authorizePublish(client, packet, done) {
      const box = client === null ? undefined : boxes.get(client)
      if (box === undefined) return done(new NotAuthorized('not signed in'))
      if (!packet.topic.startsWith(`${prefix(box)}/up/`)) {
        return done(new NotAuthorized(`expected a topic under ${prefix(box)}/up/, received ${short(packet.topic)}`))
      }
      onMessage(box, {
        topic: packet.topic,
        payload: Buffer.from(packet.payload),
        qos: packet.qos,
        retain: packet.retain
      })
      // Nobody may subscribe to it here, so nothing need be kept.
      packet.retain = false
      done(null)
    },
    authorizeSubscribe(client, subscription, done) {
      const box = boxes.get(client)
      const isOwn = box !== undefined && subscription.topic.startsWith(`${prefix(box)}/dn/`)
      done(null, isOwn || subscription.topic === consoleStateTopic() ? subscription : null)
    }
  })
  return { aedes, boxOf: (client) => boxes.get(client) ?? null }
}

function prefix(box: string): string {
  return `${DEFAULT_ROOT}/v${VERSION}/${box}`
}
