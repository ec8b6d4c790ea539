import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { encodeBatchHeader } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { event, health, presence, reported, SPOOL } from '../testing/messages.ts'
import { connect, connectBox, eventually, newDataDir, startWorld } from '../testing/world.ts'

test('events are stored once however often they come, and receipted every time', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  const message = { v: 1, spool: SPOOL, events: [event(1), event(2), event(5)] }
  for (let i = 0; i < 2; i++) {
    await box.say('up/events', message)
    const ranges = [
      [1, 2],
      [5, 5]
    ]
    await expect(box.next('dn/receipt')).resolves.toEqual({ v: 1, spool: SPOOL, ranges })
  }
  await box.say('up/events', { v: 1, spool: SPOOL, events: [event(3), event(4), event(5)] })
  await box.next('dn/receipt')
  const numbers = world.rooms.store.events({ box: box.id, limit: 100 }).map((one) => one.n)
  expect(numbers.sort()).toEqual([1, 2, 3, 4, 5])
})

test('a message that cannot be read is counted and shown with its box, and the next one is taken', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  await box.say('up/health', Buffer.from('{"v":1,'))
  await box.say('up/frames', Buffer.from([0x1a, 0x7f]))
  await box.say('up/events', { v: 1, spool: SPOOL, events: [{ n: 0 }] })
  await box.say('up/health', { ...health(), v: 2 })
  await box.client.publishAsync(`vedette/v1/${box.id}/up/nonsense`, 'x', { qos: 1 })
  await box.say('up/events', { v: 1, spool: SPOOL, events: [event(1)] })
  await box.next('dn/receipt')
  const bad = world.rooms.store.box(box.id)?.badMessages
  expect(bad?.count).toBe(5)
  expect(bad?.last).toContain('up/nonsense')
  expect(world.logged).toContainEqual(expect.stringContaining('expected protocol version 1 in "v", received 2'))
})

test('batches of frames that never came are counted by their numbers', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  // 3 and 4 never come; then the box begins anew.
  for (const sequence of [1, 2, 5, 6, 1, 2])
    await box.say('up/frames', Buffer.from(encodeBatchHeader('none', sequence)))
  await box.say('up/events', { v: 1, spool: SPOOL, events: [event(1)] })
  await box.next('dn/receipt')
  expect(world.rooms.status()).toMatchObject({ frameBatchesLost: 2, messagesRefused: 0 })
})

test('a death of an earlier session is not believed; the box is asked to say again how it is', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  await box.say('up/presence', presence(true, '01J0000000000000000000000C'))
  await eventually('the box to be there', () => world.rooms.store.box(box.id)?.state !== 'pending')
  await box.say('up/presence', presence(false, '01J0000000000000000000000B'))
  const command = await box.next<{ do: { command: string } }>('dn/command')
  expect(command.do.command).toBe('announce')
  expect(world.rooms.store.box(box.id)?.state).toBe('live')
  await box.say('up/presence', presence(false, '01J0000000000000000000000C'))
  await eventually('the box to be offline', () => world.rooms.store.box(box.id)?.state === 'offline')
})

test('a box whose state could not be stored is asked to say it again once the disk takes writes', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  const other = new DatabaseSync(join(world.dataDir, 'vedette.db'))
  onTestFinished(() => other.close())
  // As a full disk does: every write fails, reading goes on.
  other.exec("create trigger full before insert on said begin select raise(fail, 'database or disk is full'); end")
  await box.say('up/presence', presence())
  await eventually('an error in the log', () => world.logged.some((line) => line.includes('disk is full')))
  expect(world.rooms.store.box(box.id)?.state).toBe('pending')
  other.exec('drop trigger full')
  await box.say('up/events', { v: 1, spool: SPOOL, events: [event(1)] })
  await expect(box.next('dn/command')).resolves.toMatchObject({ do: { command: 'announce' } })
})

test('the last will of a box that vanishes makes it offline', async () => {
  const world = await startWorld()
  const { id, secret } = world.rooms.desired.addBox({ name: 'Box' }, 'tester')
  const will = {
    topic: `vedette/v1/${id}/up/presence`,
    payload: JSON.stringify(presence(false)),
    qos: 1 as const,
    retain: true
  }
  const client = await connect(world.rooms.status().mqttPort, {
    username: id,
    password: secret,
    will: { ...will, payload: Buffer.from(will.payload) }
  })
  await client.publishAsync(will.topic, JSON.stringify(presence()), { qos: 1, retain: true })
  await eventually('the box to be live', () => world.rooms.store.box(id)?.state === 'live')
  client.stream.destroy()
  await eventually('the box to be offline', () => world.rooms.store.box(id)?.state === 'offline')
})

test('health becomes figures, history and counted detections', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  world.rooms.desired.addCamera(
    box.id,
    {
      name: 'Door',
      enabled: true,
      source: { kind: 'file', path: '/a.mp4', loop: true },
      credential: { action: 'keep' },
      detection: { enabled: true, maxFps: 0, minConfidence: 0.4, classes: [] },
      frames: 'leased'
    },
    'tester'
  )
  const figures = { fps: 12.5, analysedFps: 10, latencyMsP50: 38, latencyMsP99: 60, lastFrameAgeMs: 40 }
  await box.say('up/presence', presence())
  await box.say('up/reported', reported({ door: { state: 'live', since: '2026-11-21T12:00:00.000Z', reason: '' } }))
  const more = { dropped: 3, bitsPerSecond: 1e6, objectsPerFrame: 2.5, clockAheadMs: -9000 }
  await box.say('up/health', health({ door: { ...figures, ...more } }))
  const view = await eventually('health', () => {
    const view = world.rooms.store.box(box.id)
    return view?.health ? view : null
  })
  expect(view).toMatchObject({ state: 'live', fps: 12.5, camerasLive: 1, camerasTotal: 1, fpsHistory: [12.5] })
  expect(view.cameras[0]).toMatchObject({ id: 'door', fps: 12.5, latencyMsP50: 38, ...more })
  const at = Date.parse('2026-11-21T12:00:00.000Z')
  const series = world.rooms.store.health(box.id, { fromMs: at - 1, toMs: at + 1 })
  expect(series).toMatchObject({
    at: [at / 1000],
    cpuPercent: [40],
    memoryPercent: [50],
    cameras: { door: { fps: [12.5] } }
  })
})

test('a console killed between commit and receipt holds each event once after the box has sent them again', async () => {
  const dataDir = newDataDir()
  const child = fork(join(import.meta.dirname, '../testing/dies_before_receipt.ts'), [dataDir], { stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [{ id, secret, mqttPort }] = (await once(child, 'message')) as [
    { id: string; secret: string; mqttPort: number }
  ]
  const client = await connect(mqttPort, { username: id, password: secret })
  client.on('error', () => {})
  const message = { v: 1, spool: SPOOL, events: [event(1), event(2), event(3)] }
  let isReceipted = false
  client.on('message', () => {
    isReceipted = true
  })
  await client.subscribeAsync(`vedette/v1/${id}/dn/receipt`)
  client.publish(`vedette/v1/${id}/up/events`, JSON.stringify(message), { qos: 1 })
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
  expect(isReceipted).toBe(false)

  const world = await startWorld({ dataDir })
  expect(world.rooms.store.events({ box: id, limit: 10 })).toHaveLength(3)
  const box = await connectBox(world, '', { id, secret })
  await box.say('up/events', { ...message, events: [...message.events, event(4)] })
  await expect(box.next('dn/receipt')).resolves.toMatchObject({ ranges: [[1, 4]] })
  const numbers = world.rooms.store.events({ box: id, limit: 10 }).map((one) => one.n)
  expect(numbers.sort()).toEqual([1, 2, 3, 4])
})
