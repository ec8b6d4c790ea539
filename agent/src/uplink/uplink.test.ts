import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode, decodeFrameBatch, type Events, encode, readPreviewStamp, topic } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { makeCatalog } from './catalog.ts'
import type { PreviewPicture } from './previews.ts'
import { startBroker, type TestBroker } from './testing/broker.ts'
import { encodeFrame, packFrames } from './testing/encoded_frame.ts'
import { Uplink, type UplinkOptions } from './uplink.ts'

const catalog = makeCatalog({ cameras: ['door', 'yard'], classes: ['person'], model: null })
const jpeg = Buffer.from('ffd8ffd9', 'hex')

async function makeBroker(options: Parameters<typeof startBroker>[0] = {}): Promise<TestBroker> {
  const broker = await startBroker(options)
  onTestFinished(() => broker.stop())
  return broker
}

function makeUplink(url: string | null, options: Partial<UplinkOptions> = {}) {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'uplink-'))
  if (!options.dataDir) onTestFinished(() => rmSync(dataDir, { recursive: true }))
  const warnings: string[] = []
  const desired: string[] = []
  const taps = new Map<string, (picture: PreviewPicture) => void>()
  const message = { message: 'done' }
  const uplink = new Uplink({
    dataDir,
    connection: url === null ? null : { box: 'box-1', url, root: 'vedette', secret: 's3cret', caFile: null },
    spool: { maxBytes: 1e6, maxAgeMs: 1e9 },
    commands: {
      announce: () => message,
      restart: () => message,
      snapshot: () => message,
      diagnose: () => message,
      'log-level': () => message
    },
    tap: ({ camera }, onPicture) => {
      taps.set(camera, onPicture)
      return { close: () => void taps.delete(camera) }
    },
    listenLog: () => () => {},
    desired: (payload) => desired.push(Buffer.from(payload).toString()),
    log: { info: () => {}, warn: (text) => warnings.push(text) },
    ...options
  })
  uplink.setCatalog(catalog, [])
  uplink.start()
  onTestFinished(() => uplink.stop())
  return { uplink, warnings, desired, taps, dataDir }
}

const eventsOf = ({ payload }: { payload: Buffer }): Events => decode('up/events', payload)
const dn = (channel: 'dn/watch' | 'dn/receipt' | 'dn/desired' | 'dn/command', detail?: string) =>
  topic('box-1', channel, detail)
const frame = (camera: number) => ({ camera, objects: 0, bytes: encodeFrame(camera, 1000, []) })
const watch = (broker: TestBroker, frames: string[], previews: string[] = []) =>
  broker.say(
    dn('dn/watch'),
    encode('dn/watch', {
      v: 1,
      frames,
      previews: previews.map((camera) => ({ camera, maxFps: 5, width: 320 })),
      logs: false
    })
  )

test('says it is there, says what it is, then tells what happened before there was a network', async () => {
  const broker = await makeBroker()
  const { uplink } = makeUplink(broker.url)
  uplink.emit({ kind: 'agent.started', agentVersion: '1.0.0' }, 'info')
  const events = eventsOf(await broker.next('up/events'))
  expect(events.events).toMatchObject([{ n: 1, kind: 'agent.started', severity: 'info' }])
  const kinds = broker.published.map(({ channel }) => channel)
  expect(kinds.slice(0, 2)).toEqual(['up/presence', 'up/catalog'])
  expect(broker.published[0]!.retain).toBe(true)
})

test('repeats events until they are receipted, over a lost connection, and numbers stay what they were', async () => {
  const broker = await makeBroker()
  const { uplink } = makeUplink(broker.url)
  uplink.emit({ kind: 'desired.applied', rev: 1 }, 'info')
  uplink.emit({ kind: 'desired.applied', rev: 2 }, 'info')
  const first = eventsOf(await broker.next('up/events'))
  broker.say(dn('dn/receipt'), encode('dn/receipt', { v: 1, spool: first.spool, ranges: [[1, 1]] }))
  await expect.poll(() => uplink.status.spool.waiting).toBe(1)
  const before = broker.published.length
  broker.cut()
  const again = eventsOf(await broker.next('up/events', undefined, before))
  expect(again.events).toMatchObject([{ n: 2, rev: 2 }])
  expect(decode('up/presence', (await broker.next('up/presence', undefined, before)).payload)).toBeDefined()
})

test('keeps at most 64 events in flight and goes on with each receipt to exactly 1 … N', async () => {
  const broker = await makeBroker()
  const { uplink } = makeUplink(broker.url)
  for (let rev = 1; rev <= 200; rev++) uplink.emit({ kind: 'desired.applied', rev }, 'info')
  const held: number[] = []
  while (held.length < 200) {
    const from = held.length
    const message = await broker.next('up/events', (m) => eventsOf(m).events[0]!.n === from + 1)
    const { events, spool } = eventsOf(message)
    held.push(...events.map((event) => event.n))
    expect(events.length).toBeLessThanOrEqual(64)
    expect(broker.published.flatMap((m) => (m.channel === 'up/events' ? eventsOf(m).events : []))).toHaveLength(
      held.length
    )
    broker.say(dn('dn/receipt'), encode('dn/receipt', { v: 1, spool, ranges: [[from + 1, held.length]] }))
  }
  expect(held).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
  await expect.poll(() => uplink.status.spool.waiting).toBe(0)
})

test('sends frames and pictures only while somebody looks', async () => {
  const broker = await makeBroker()
  const { uplink, taps } = makeUplink(broker.url)
  await broker.next('up/catalog')
  uplink.frames(packFrames([frame(0), frame(1)]))
  watch(broker, ['yard'], ['door'])
  await expect.poll(() => [...taps.keys()]).toEqual(['door'])
  uplink.frames(packFrames([frame(0), frame(1)]))
  const batch = decodeFrameBatch((await broker.next('up/frames')).payload)
  expect(batch).toMatchObject({ catalog: catalog.hash, sequence: 1, frames: [{ camera: 1 }] })
  taps.get('door')!({ jpeg, ptsNs: 5n, capturedUs: 7 })
  const picture = await broker.next('up/preview')
  expect(picture.detail).toBe('door')
  expect(readPreviewStamp(picture.payload)).toEqual({ ptsNs: 5n, capturedUs: 7 })
  watch(broker, [])
  await expect.poll(() => taps.size).toBe(0)
  const before = broker.published.length
  uplink.frames(packFrames([frame(1)]))
  watch(broker, ['yard'])
  broker.say(
    dn('dn/command', 'x'),
    encode('dn/command', { v: 1, expires: '2099-01-01T00:00:00.000Z', do: { command: 'announce' } })
  )
  await broker.next('up/reply')
  expect(broker.published.slice(before).filter(({ channel }) => channel === 'up/frames')).toEqual([])
})

test('what cannot be understood is said and ignored; the next message is heard', async () => {
  const broker = await makeBroker()
  const { uplink, warnings, desired } = makeUplink(broker.url)
  await broker.next('up/catalog')
  broker.say(dn('dn/watch'), '{ this is not json')
  broker.say(dn('dn/receipt'), JSON.stringify({ v: 2, spool: 'x', ranges: [] }))
  broker.say(dn('dn/command', 'c'), JSON.stringify({ v: 1, expires: 'never', do: { command: 'format-disk' } }))
  broker.say(dn('dn/desired'), '{"v":1}')
  await expect.poll(() => desired).toEqual(['{"v":1}'])
  expect(uplink.status.refused).toBe(3)
  expect(warnings).toMatchObject([
    expect.stringMatching(/dn\/watch was ignored: .*JSON/),
    expect.stringMatching(/dn\/receipt was ignored: .*version 1.*received 2/),
    expect.stringMatching(/dn\/command\/c was ignored/)
  ])
})

test('says that the secret is wrong, and keeps trying', async () => {
  const broker = await makeBroker({ secret: 'another' })
  const { uplink, warnings } = makeUplink(broker.url)
  await expect.poll(() => warnings.length).toBeGreaterThan(0)
  expect(warnings[0]).toMatch(/refused box box-1 or its secret/)
  expect(uplink.status.session?.reason).toMatch(/refused box box-1/)
  expect(warnings.join()).not.toContain('s3cret')
})

test('waits for a broker that is not there yet', { timeout: 20_000 }, async () => {
  const gone = await startBroker()
  await gone.stop()
  const { uplink, warnings } = makeUplink(gone.url)
  await expect.poll(() => warnings[0]).toMatch(/nothing listens at/)
  const broker = await makeBroker({ port: gone.port })
  await broker.next('up/presence')
  await expect.poll(() => uplink.status.session?.state).toBe('online')
})

test('without a console it stores events and stops at once', async () => {
  const { uplink } = makeUplink(null)
  uplink.emit({ kind: 'desired.applied', rev: 1 }, 'info')
  await expect.poll(() => uplink.status.spool).toMatchObject({ waiting: 1, inMemory: 0 })
  expect(uplink.status.session).toBeNull()
})

test('leaves with a goodbye', async () => {
  const broker = await makeBroker()
  const { uplink } = makeUplink(broker.url)
  await broker.next('up/catalog')
  await uplink.stop()
  const last = broker.published.filter(({ channel }) => channel === 'up/presence').at(-1)!
  expect(decode('up/presence', last.payload).online).toBe(false)
})

test('its last will speaks for a session that died, and names it', async () => {
  const broker = await makeBroker()
  makeUplink(broker.url)
  const birth = decode('up/presence', (await broker.next('up/presence')).payload)
  await broker.next('up/catalog')
  broker.cut()
  const death = await broker.next('up/presence', ({ payload }) => !decode('up/presence', payload).online)
  expect(decode('up/presence', death.payload).session).toBe(birth.session)
})
