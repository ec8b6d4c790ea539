import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { event, SPOOL } from '../testing/messages.ts'
import { connect, connectBox, eventually, startWorld, within } from '../testing/world.ts'
import { BYTES_BEFORE_CONNECTED } from './listener.ts'

test('a box with a wrong secret, or an unknown one, is refused', async () => {
  const world = await startWorld()
  const { id } = world.rooms.desired.addBox({ name: 'Door' }, 'tester')
  const port = world.rooms.status().mqttPort
  await expect(connect(port, { username: id, password: 'wrong' })).rejects.toThrow('Not authorized')
  await expect(connect(port, { username: 'nobody', password: 'x' })).rejects.toThrow('Not authorized')
  await expect(connect(port, {})).rejects.toThrow('Not authorized')
  expect(world.logged).toContain(`MQTT: closed a connection from 127.0.0.1: box ${id}: unknown, or wrong secret`)
})

test('a box that publishes in the name of another one is closed and told of, and nothing is stored', async () => {
  const world = await startWorld()
  const [a, b] = [await connectBox(world, 'A'), await connectBox(world, 'B')]
  const closed = within('a closed connection', (found) => a.client.once('close', () => found(true)))
  a.client.publish(`vedette/v1/${b.id}/up/events`, JSON.stringify({ v: 1, spool: SPOOL, events: [event(1)] }))
  await closed
  await b.say('up/events', { v: 1, spool: SPOOL, events: [event(2)] })
  await b.next('dn/receipt')
  expect(world.rooms.store.events({ box: b.id, limit: 10 }).map((one) => one.n)).toEqual([2])
  const refusal = `expected a topic under vedette/v1/${a.id}/up/, received vedette/v1/${b.id}/up/events`
  expect(world.logged).toContain(`${a.id}: closed a connection from 127.0.0.1: ${refusal}`)
  expect(world.rooms.store.box(a.id)?.badMessages).toMatchObject({ count: 1, last: expect.stringContaining(refusal) })
})

test('a box can subscribe to its own downward topics and to nothing else', async () => {
  const world = await startWorld()
  const [a, b] = [await connectBox(world, 'A'), await connectBox(world, 'B')]
  for (const topic of [`vedette/v1/${b.id}/dn/#`, 'vedette/v1/+/dn/desired', '#', `vedette/v1/${a.id}/#`]) {
    await expect(a.client.subscribeAsync(topic)).rejects.toThrow()
  }
  const granted = await a.client.subscribeAsync('vedette/v1/console/state')
  expect(granted[0]?.qos).toBe(0)
})

test('a connection that declares a huge CONNECT is closed before it has sent much', async () => {
  const world = await startWorld()
  const socket = net.connect(world.rooms.status().mqttPort, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const closed = within<number>('a closed socket', (found) => socket.once('close', () => found(socket.bytesWritten)))
  socket.on('error', () => {})
  // Fixed header of a CONNECT with a remaining length of 268,435,455 bytes (MQTT 3.1.1 section 2.2.3).
  socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
  socket.write(Buffer.alloc(4 * BYTES_BEFORE_CONNECTED))
  await closed
})

test('bytes that are no MQTT close their own connection only', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  const socket = net.connect(world.rooms.status().mqttPort, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const closed = within('a closed socket', (found) => socket.once('close', () => found(true)))
  socket.on('error', () => {})
  socket.end('GET / HTTP/1.1\r\n\r\n')
  await closed
  await box.say('up/events', { v: 1, spool: SPOOL, events: [event(1)] })
  await expect(box.next('dn/receipt')).resolves.toMatchObject({ ranges: [[1, 1]] })
})

test('a reader sees what boxes say, and can neither publish nor leave a will', async () => {
  const world = await startWorld()
  const { password } = world.rooms.readers.add('monitor', 'tester')
  const port = world.rooms.status().readOnlyPort
  const reader = await connect(port, { username: 'monitor', password })
  await reader.subscribeAsync('vedette/v1/+/up/#')
  const seen = within<string>('an event', (found) => reader.once('message', (topic) => found(topic)))
  const box = await connectBox(world)
  await box.say('up/events', { v: 1, spool: SPOOL, events: [event(1)] })
  expect(await seen).toBe(`vedette/v1/${box.id}/up/events`)
  const closed = within('a closed connection', (found) => reader.once('close', () => found(true)))
  reader.publish(`vedette/v1/${box.id}/up/events`, 'x')
  await closed
  const will = { topic: 'a', payload: Buffer.from('b'), qos: 0 as const, retain: false }
  await expect(connect(port, { username: 'monitor', password, will })).rejects.toThrow()
  await expect(connect(port, { username: 'monitor', password: 'wrong' })).rejects.toThrow('Not authorized')
})

test('a reader that stops reading holds up no box', { timeout: 20_000 }, async () => {
  const world = await startWorld()
  const { password } = world.rooms.readers.add('frozen', 'tester')
  const frozen = await connect(world.rooms.status().readOnlyPort, { username: 'frozen', password })
  await frozen.subscribeAsync('#')
  ;(frozen.stream as net.Socket).pause()
  const box = await connectBox(world)
  const picture = Buffer.alloc(512 * 1024)
  picture.set([0xff, 0xd8, 0xff, 0xd9])
  let slowestMs = 0
  // 60 MB of pictures: more than the socket's buffers and the bridge hold; in large steps, so that they are there
  // before the frozen reader is closed.
  for (let n = 1; n <= 10; n++) {
    for (let i = 0; i < 12; i++) box.client.publish(`vedette/v1/${box.id}/up/preview/door`, picture)
    const startMs = performance.now()
    await box.say('up/events', { v: 1, spool: SPOOL, events: [event(n)] })
    await box.next('dn/receipt', ({ ranges }: { ranges: [number, number][] }) => ranges[0]?.[1] === n)
    slowestMs = Math.max(slowestMs, performance.now() - startMs)
  }
  expect(slowestMs).toBeLessThan(1500)
  expect(world.rooms.status().readerDrops).toBeGreaterThan(0)
  await eventually('the frozen reader to be closed', () => world.rooms.status().readersConnected === 0)
})

test('the broker measures its own round trip', async () => {
  const world = await startWorld()
  const roundTripMs = await eventually('a round trip', () => world.rooms.status().brokerRoundTripMs)
  expect(roundTripMs).toBeLessThan(1000)
  expect(world.rooms.status().isBrokerHealthy).toBe(true)
})

test('a reader gets everything that a box says at once, whatever its QoS and whether retained', async () => {
  const world = await startWorld()
  const { password } = world.rooms.readers.add('monitor', 'tester')
  const reader = await connect(world.rooms.status().readOnlyPort, { username: 'monitor', password })
  const box = await connectBox(world)
  const heard: string[] = []
  reader.on('message', (topic, payload) => heard.push(`${topic.split('/').at(-1)} ${payload}`))
  await reader.subscribeAsync('vedette/v1/+/up/#', { qos: 1 })
  const said: string[] = []
  const say = (name: string, qos: 0 | 1, retain: boolean) => {
    const payload = String(said.length)
    said.push(`${name} ${payload}`)
    box.client.publish(`vedette/v1/${box.id}/up/${name}`, payload, { qos, retain })
  }
  for (let i = 0; i < 50; i++) {
    say('reported', 1, true)
    say('health', 0, false)
    say('events', 1, false)
    say('tracks', 0, false)
  }
  await eventually('the last message', () => heard.includes(said.at(-1) ?? ''))
  expect(heard.filter((one) => !one.startsWith('reported'))).toEqual(said.filter((one) => !one.startsWith('reported')))
  // Of a retained topic only the newest need come.
  expect(heard.findLast((one) => one.startsWith('reported'))).toBe(said.findLast((one) => one.startsWith('reported')))
})

test('a new reader hears nothing of a box that was removed, not even its death', async () => {
  const world = await startWorld()
  const { password } = world.rooms.readers.add('monitor', 'tester')
  const port = world.rooms.status().readOnlyPort
  const retained = { qos: 1, retain: true } as const
  const saying = async (name: string) => {
    const { id, secret } = world.rooms.desired.addBox({ name }, 'tester')
    const presence = `vedette/v1/${id}/up/presence`
    const will = { topic: presence, payload: Buffer.from('dead'), ...retained }
    const client = await connect(world.rooms.status().mqttPort, { username: id, password: secret, will })
    await client.publishAsync(presence, 'alive', retained)
    return { id, closed: within('a closed connection', (found) => client.once('close', () => found(true))) }
  }
  const gone = await saying('Gone')
  world.rooms.desired.removeBox(gone.id, 'tester')
  await gone.closed
  const there = await saying('There')
  const reader = await connect(port, { username: 'monitor', password })
  const heard: string[] = []
  reader.on('message', (topic) => heard.push(topic))
  await reader.subscribeAsync('vedette/v1/+/up/#')
  await eventually('what the other box said', () => heard.includes(`vedette/v1/${there.id}/up/presence`))
  expect(heard).toHaveLength(1)
})
