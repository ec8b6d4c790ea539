/** The broker of other subscribers (mosquitto_sub, Home Assistant, your own): read-only accounts, fed by the bridge. */
import { consoleStateTopic, DEFAULT_ROOT, VERSION } from '@vedette/protocol'
import { Aedes } from 'aedes'
import { limits, NotAuthorized, short, withoutSession } from './options.ts'

export async function readerBroker(isReader: (name: string, password: Buffer) => boolean): Promise<Aedes> {
  let count = 0
  return Aedes.createBroker({
    ...limits,
    preConnect(_client, packet, done) {
      withoutSession(packet)
      if (packet.will) return done(new NotAuthorized('a read-only account cannot leave a will'), false)
      // Several programs may share an account, and must not end each other by equal client ids.
      packet.clientId = `${packet.username ?? ''}/${packet.clientId}/${++count}`
      done(null, true)
    },
    authenticate(_client, username, password, done) {
      const isKnown = username !== undefined && password !== undefined && isReader(username, Buffer.from(password))
      if (!isKnown) return done(new NotAuthorized(`reader ${short(username ?? '')}: unknown, or wrong password`), false)
      done(null, true)
    },
    authorizePublish(_client, packet, done) {
      done(new NotAuthorized(`this listener is read-only; ${short(packet.topic)} was not published`))
    },
    authorizeSubscribe(_client, subscription, done) {
      done(null, isReadable(subscription.topic) ? subscription : null)
    }
  })
}

/** What boxes say, and the console's state; never what is said to boxes. The bridge carries nothing else anyway. */
function isReadable(topic: string): boolean {
  const [root, version, box, direction] = topic.split('/')
  if (topic === '#' || topic === consoleStateTopic()) return true
  const isOurs =
    (root === DEFAULT_ROOT || root === '+') && (version === `v${VERSION}` || version === '+' || version === '#')
  return (
    isOurs && box !== '' && (direction === undefined || direction === 'up' || direction === '+' || direction === '#')
  )
}
