import { batchEntry, encodeBatchHeader, encodeFrame, stampPreview, type Watch } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { catalog, event, health, presence, SPOOL } from '../testing/messages.ts'
import { connectBox, eventually, startWorld, type World } from '../testing/world.ts'

/** A browser's EventSource: what it has got so far, by name. */
function watch(world: World, query: Partial<Parameters<World['rooms']['live']['stream']>[0]>) {
  const stream = world.rooms.live.stream({ fleet: false, box: null, camera: null, pictures: null, ...query })
  const reader = stream.getReader()
  const got: { name: string; data: Record<string, unknown> }[] = []
  const read = async () => {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      for (const part of new TextDecoder().decode(value as Uint8Array).split('\n\n')) {
        const match = /^event: (.*)\ndata: (.*)$/s.exec(part)
        if (match) got.push({ name: match[1] ?? '', data: JSON.parse(match[2] ?? '') as Record<string, unknown> })
      }
    }
  }
  const ended = read()
  const leave = () => reader.cancel()
  onTestFinished(leave)
  const next = (name: string) =>
    eventually(`a live ${name}`, () => {
      const at = got.findIndex((one) => one.name === name)
      return at < 0 ? null : got.splice(at, 1)[0]?.data
    })
  return { next, leave, ended, got }
}

/** One frame with one object. */
function frameBatch(hash: string, capturedUs: number): Buffer {
  const frame = {
    ...{ number: 1, capturedUs, ptsNs: 40n, classId: Uint32Array.of(1), trackId: Float64Array.of(7) },
    ...{ confidence: Float32Array.of(0.9), left: Float32Array.of(0.1), top: Float32Array.of(0.2) },
    ...{ boxWidth: Float32Array.of(0.3), boxHeight: Float32Array.of(0.4) }
  }
  return Buffer.concat([encodeBatchHeader(hash, 1), batchEntry('frames', encodeFrame(frame))])
}

test('a camera page leases frames and pictures, gets pictures by capture time, and the lease ends when it is closed', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  const names = catalog(['door'], ['car', 'person'])
  await box.say('up/catalog', names)
  await eventually('the catalog', () => world.rooms.store.box(box.id)?.desired)
  const page = watch(world, { box: box.id, camera: 'door' })
  const lease = await box.next<Watch>('dn/watch')
  expect(lease).toMatchObject({ frames: ['door'], previews: [{ camera: 'door' }] })

  await box.say('up/presence', presence())
  await page.next('detail')
  const jpegs = [1, 2].map((n) =>
    stampPreview(Uint8Array.from([0xff, 0xd8, n, 0xd9]), { ptsNs: 40n, capturedUs: 1_795_000_000_000_000 + n })
  )
  for (const jpeg of jpegs) await box.say('up/preview', Buffer.from(jpeg), 'door')
  const picture = await page.next('picture')
  expect(picture).toEqual({
    box: box.id,
    camera: 'door',
    t: 1_795_000_000_000_001,
    pts: '40',
    url: `/boxes/${box.id}/cameras/door/picture?t=1795000000000001`
  })
  await page.next('picture')
  expect(Buffer.from(world.rooms.live.picture(box.id, 'door', 1_795_000_000_000_001) ?? [])).toEqual(
    Buffer.from(jpegs[0]!)
  )
  expect(Buffer.from(world.rooms.live.picture(box.id, 'door') ?? [])).toEqual(Buffer.from(jpegs[1]!))

  await page.leave()
  await expect(box.next<Watch>('dn/watch', (one) => one.frames.length === 0)).resolves.toMatchObject({ previews: [] })
})

test('frames reach the page, also those that follow their catalog at once', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  const page = watch(world, { box: box.id, camera: 'door' })
  await box.next('dn/watch')
  const names = catalog(['door'], ['car', 'person'])
  await Promise.all([box.say('up/catalog', names), box.say('up/frames', frameBatch(names.hash, 1_795_000_000_000_000))])
  const object = [7, 'person', 0.9, 0.1, 0.2, 0.3, 0.4]
  expect(await page.next('frames')).toMatchObject({
    ...{ box: box.id, camera: 'door' },
    frames: [{ t: 1_795_000_000_000_000, pts: '40', n: 1, objects: [object] }]
  })
})

test('frames that name another catalog are not shown under wrong names; the box is asked for its own once', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  await box.say('up/catalog', catalog(['door'], ['car', 'person']))
  const page = watch(world, { box: box.id, camera: 'door' })
  await box.next('dn/watch')
  await box.say('up/frames', frameBatch('f'.repeat(64), 1))
  await box.say('up/frames', frameBatch('f'.repeat(64), 2))
  await expect(box.next('dn/command')).resolves.toMatchObject({ do: { command: 'announce' } })
  await box.say('up/events', { v: 1, spool: SPOOL, events: [event(1)] })
  await page.next('event')
  expect(page.got.some((one) => one.name === 'frames')).toBe(false)
})

test('the fleet page hears of boxes and their events, but not of each track', async () => {
  const world = await startWorld()
  const box = await connectBox(world, 'Shop')
  const page = watch(world, { fleet: true })
  const track = { kind: 'track.began', camera: 'door', track: 1, label: 'person', confidence: 0.9, box: [0, 0, 1, 1] }
  await box.say('up/events', { v: 1, spool: SPOOL, events: [event(1, track), event(2)] })
  expect(await page.next('event')).toMatchObject({
    kind: 'agent.started',
    boxName: 'Shop',
    text: 'Agent 0.1.0 started'
  })
  await box.say('up/health', health())
  expect(await page.next('box')).toMatchObject({ id: box.id, name: 'Shop' })
  world.rooms.desired.removeBox(box.id, 'tester')
  expect(await page.next('removed')).toEqual({ box: box.id })
})

test('a browser that does not read loses the oldest messages and is told how many', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  const stream = world.rooms.live.stream({ fleet: false, box: box.id, camera: null, pictures: null })
  for (let batch = 0; batch < 12; batch++) {
    const events = Array.from({ length: 64 }, (_, i) => event(batch * 64 + i + 1))
    await box.say('up/events', { v: 1, spool: SPOOL, events })
    await box.next('dn/receipt')
  }
  const reader = stream.getReader()
  onTestFinished(() => reader.cancel())
  let text = ''
  while (!text.includes('"n":768,')) text += new TextDecoder().decode((await reader.read()).value as Uint8Array)
  const dropped = Number(/event: dropped\ndata: \{"count":(\d+)\}/.exec(text)?.[1])
  expect(dropped).toBeGreaterThanOrEqual(768 - 500)
  expect(text.match(/event: event\n/g)?.length).toBeLessThanOrEqual(500)
})

test('streams end when the console stops', async () => {
  const world = await startWorld()
  const page = watch(world, { fleet: true })
  await page.next('hello')
  await world.stop()
  await page.ended
})
