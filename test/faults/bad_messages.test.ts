// What a box, or somebody who pretends to be one, can send to the console: each is told of, and nothing else suffers.
import { connect as connectTcp, type Socket } from 'node:net'
import { type ChannelName, topic } from '@vedette/protocol'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Fleet, startFleet } from '../world/fleet.ts'
import { detailOf } from '../world/live.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 60_000
/** Stands for what may be in a message of a broken program: it comes out nowhere. */
const SECRET = 'hunter2-of-a-message'
const AT = '2026-11-21T12:00:00.000Z'

interface Account {
  id: string
  secret: string
}

let fleet: Fleet
/** No agent uses it: the one that misbehaves. */
let bad: Account

beforeAll(async () => {
  fleet = await startFleet({ boxes: [{ name: 'Gate', cameras: ['Path'] }] })
  bad = await fleet.operator.addBox('Bad')
  await theGoodBoxRunsOn()
})
afterEach(theGoodBoxRunsOn)
afterAll(() => fleet?.stop())

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
const large = 'x'.repeat(3 * 1024 * 1024)
const messages: [channel: ChannelName, payload: string | Buffer, said: string, detail?: string][] = [
  ['up/presence', `{"v": 1, "password": "${SECRET}`, 'expected JSON, received 42 characters [redacted]'],
  ['up/presence', '<html>', 'expected JSON, received "<html>"'],
  ['up/inventory', '{"v":1,"agentVersion":7}', 'at most 200 characters for /agentVersion, received 7'],
  ['up/catalog', '{"v":2}', 'expected protocol version 1 in "v", received 2: this end is older and needs an update'],
  ['up/reported', `{"v":1,"at":"${AT}","observed":{"secret":"${SECRET}"}}`, 'for /observed/rev, received nothing'],
  ['up/health', `{"v":1,"at":"yesterday"}`, 'for /at, received "yesterday"'],
  ['up/health', `{"v":1,"at":"${large}"}`, 'expected at most 2097152 bytes, received'],
  ['up/health', `{"v":1,"at":${deep}}`, 'expected at most 64 levels of nesting, received more'],
  ['up/tracks', '[]', 'expected protocol version 1 in "v", received nothing'],
  ['up/events', '{"v":1,"spool":"1","events":[]}', 'expected ULID for /spool, received "1"'],
  ['up/frames', Buffer.from([0x1a, 0x7f, 0x08]), 'expected'],
  ['up/preview', Buffer.from('not a picture'), 'expected a JPEG (ff d8 …), received 6e 6f 74 20', 'path'],
  ['up/log', Buffer.from([0x22, 0xff, 0x22]), 'expected JSON in UTF-8, received 3 other bytes'],
  ['up/reply', 'null', 'expected protocol version 1 in "v", received nothing', 'some-id']
]

test('a message that is not what its channel promises is told of with its box and channel, and the next one is taken', async () => {
  const client = await signIn(bad)
  for (const [channel, payload, , detail] of messages)
    await client.publishAsync(topic(bad.id, channel, detail), payload, { qos: 1 })
  for (const name of ['up/nonsense', 'up/preview', 'up/health/more'])
    await client.publishAsync(`vedette/v1/${bad.id}/${name}`, '{}', { qos: 1 })

  for (const [channel, , said] of messages) expect(await logged(`${bad.id}: ${channel}: `, said)).not.toContain(SECRET)
  await logged(`${bad.id}: expected a topic of this protocol, received vedette/v1/${bad.id}/up/nonsense`)
  const count = messages.length + 3
  await eventually('the page to count them', LIMIT_MS, async () => {
    const { badMessages } = await detailOf(fleet.operator, bad.id)
    return badMessages?.count === count && badMessages.last.includes('up/health/more')
  })
  expect(client.connected).toBe(true)
  const presence = { v: 1, session: '01J0000000000000000000000B', online: true, since: AT }
  await client.publishAsync(topic(bad.id, 'up/presence'), JSON.stringify(presence), { qos: 1 })
  await eventually('the box to be there', LIMIT_MS, async () => {
    return (await detailOf(fleet.operator, bad.id)).state !== 'pending'
  })
  expect(fleet.server.process.lines.join('\n')).not.toContain(SECRET)
})

test('a flood of bad messages is not a flood of the log', async () => {
  const flooding = await fleet.operator.addBox('Flooding')
  const client = await signIn(flooding)
  const lines = () => fleet.server.process.lines.filter((line) => line.includes('"flood')).length
  for (let i = 0; i < 500; i++) client.publish(topic(flooding.id, 'up/health'), `"flood ${i}"`)
  await client.publishAsync(topic(flooding.id, 'up/log'), `"flood ends"`, { qos: 1 })
  await eventually('all to be counted', LIMIT_MS, async () => {
    return ((await detailOf(fleet.operator, flooding.id)).badMessages?.count ?? 0) > 500
  })
  expect(lines()).toBeLessThan(50)
})

test.each([
  ['as another box', () => topic('gate', 'up/events'), '{}', '/up/, received vedette/v1/gate/up/events'],
  ['what only the console says', (id) => topic(id, 'dn/desired'), '{}', '/dn/desired'],
  ['elsewhere', () => 'home/door', '{}', '/up/, received home/door'],
  ['a packet of 9 MiB', (id) => topic(id, 'up/reply', 'x'), 'x'.repeat(9 * 2 ** 20), 'of at most 8388608 bytes']
] satisfies [string, (id: string) => string, string, string][])(
  'a box that publishes %s is closed and told of, and may come back',
  async (_what, topicOf, payload, said) => {
    const account = await fleet.operator.addBox('Closed')
    const client = await signIn(account)
    const closed = closeOf(client)
    client.publish(topicOf(account.id), payload, { qos: 1 })
    await closed
    await logged(`${account.id}: closed a connection from 127.0.0.1: expected `, said)
    const again = await signIn(account)
    await again.publishAsync(topic(account.id, 'up/tracks'), '{}', { qos: 1 })
  }
)

test('a box whose account somebody else has used comes back by itself', async () => {
  const { console, id } = fleet.boxes[0]?.options ?? {}
  const { agent } = fleet.boxes[0] ?? {}
  await signIn({ id: id ?? '', secret: console?.secret ?? '' })
  await agent?.process.line(/offline: /, LIMIT_MS)
  await eventually('two sessions', LIMIT_MS, () => {
    return agent?.process.lines.filter((line) => line.includes('online as session')).length === 2
  })
})

test('a wrong secret is refused, and the log says which box it was for', async () => {
  await expect(signIn({ ...bad, secret: SECRET })).rejects.toThrow('Not authorized')
  await logged(`MQTT: closed a connection from 127.0.0.1: box ${bad.id}: unknown, or wrong secret`)
  expect(fleet.server.process.lines.join('\n')).not.toContain(SECRET)
})

test.each(['mqttPort', 'readOnlyPort'] as const)(
  'bytes that are no MQTT end their own connection to %s',
  async (port) => {
    const before = closings().length
    // A web page asked for, a TLS handshake, and a CONNECT that declares 256 MB.
    const openings = ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01', '\x10\xff\xff\xff\x7f']
    for (const opening of openings) {
      const socket = open(fleet.server[port])
      const closed = closeOf(socket)
      socket.write(Buffer.from(opening, 'latin1'))
      socket.write(Buffer.alloc(64 * 1024, 0x5a))
      await closed
    }
    await eventually('a line for each', LIMIT_MS, () => closings().length >= before + openings.length)
  }
)

test('a connection that never says who it is is closed after 5 s', async () => {
  const socket = open(fleet.server.mqttPort)
  await closeOf(socket)
  await logged('MQTT: closed a connection from 127.0.0.1: expected an MQTT CONNECT within 5 s, received none')
})

/** The good box beside it is live, and its camera goes on. */
async function theGoodBoxRunsOn(): Promise<void> {
  await eventually('the good box to be live', LIMIT_MS, async () => {
    const { state, cameras } = await detailOf(fleet.operator, fleet.boxes[0]?.id ?? '')
    return state === 'live' && cameras.every(({ state, fps }) => state === 'live' && (fps ?? 0) > 0)
  })
}

async function signIn({ id, secret }: Account): Promise<MqttClient> {
  const options = { clientId: id, username: id, password: secret, reconnectPeriod: 0 }
  const client = await connectAsync(`mqtt://127.0.0.1:${fleet.server.mqttPort}`, options, false)
  client.on('error', () => undefined)
  onTestFinished(() => void client.end(true))
  return client
}

/** Not events.once, which takes an error before it for a failure. */
function closeOf(connection: { once(event: 'close', listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => void connection.once('close', resolve))
}

function open(port: number): Socket {
  const socket = connectTcp(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume()
  onTestFinished(() => void socket.destroy())
  return socket
}

/** The line of the console's log that holds all of these. */
function logged(...parts: string[]): Promise<string> {
  return eventually(`the console to log ${parts.join(' … ')}`, LIMIT_MS, () =>
    fleet.server.process.lines.map(messageOf).find((message) => parts.every((part) => message.includes(part)))
  )
}

function closings(): string[] {
  return fleet.server.process.lines.map(messageOf).filter((message) => /^MQTT: closed .* connection/.test(message))
}

function messageOf(line: string): string {
  return line.startsWith('{') ? String((JSON.parse(line) as { msg?: string }).msg) : line
}
