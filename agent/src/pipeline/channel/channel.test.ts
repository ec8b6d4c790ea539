import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { expect, test } from 'vitest'
import { Channel, CONTROL, FRAMES, MessageReader } from './channel.ts'

function pair() {
  const [ours, theirs] = duplexPair()
  const received: [number, Buffer][] = []
  const closed: string[] = []
  const sender = new Channel(ours, { message: () => undefined, closed: () => undefined })
  const receiver = new Channel(theirs, {
    message: (kind, payload) => void received.push([kind, Buffer.from(payload)]),
    closed: (reason) => void closed.push(reason)
  })
  sender.start()
  return { sender, receiver, received, closed, ours, theirs }
}

test('carries control and raw messages whole', async () => {
  const { sender, receiver, received } = pair()
  receiver.start()
  sender.control({ say: 'heartbeat' })
  sender.raw(FRAMES, Buffer.from([1, 2, 3]))
  await sender.flushed()
  expect(received).toEqual([
    [CONTROL, Buffer.from('{"say":"heartbeat"}')],
    [FRAMES, Buffer.from([1, 2, 3])]
  ])
})

test('drops the oldest frames when nobody reads, and no control message', async () => {
  const { sender, receiver, received } = pair()
  const frame = (n: number) => Buffer.alloc(1024 * 1024, n)
  for (let n = 0; n < 40; n++) {
    sender.raw(FRAMES, frame(n))
    sender.control({ n })
  }
  expect(sender.dropped).toBeGreaterThan(20)
  const all = new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (received.length + sender.dropped < 80) return
      clearInterval(look)
      resolve()
    }, 5)
  })
  receiver.start()
  await all
  const frames = received.filter(([kind]) => kind === FRAMES).map(([, payload]) => payload[0])
  expect(received.filter(([kind]) => kind === CONTROL)).toHaveLength(40)
  expect(frames).toHaveLength(40 - sender.dropped)
  expect(frames.at(-1)).toBe(39)
})

test('joins messages that arrive in any pieces', () => {
  const reader = new MessageReader()
  const message = Buffer.from([4, 0, 0, 0, FRAMES, 7, 8, 9])
  const bytes = Buffer.concat([message, message, message])
  const found = [...bytes].flatMap((byte) => reader.read(Buffer.from([byte])))
  expect(found).toEqual(Array.from({ length: 3 }, () => [FRAMES, Buffer.from([7, 8, 9])]))
})

test('closes on a length that no message has', () => {
  const { receiver, ours, closed } = pair()
  receiver.start()
  ours.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0]))
  return expect.poll(() => closed.join()).toContain('received 4294967295')
})

test('says once that the other side has gone', async () => {
  const { receiver, ours, theirs, closed } = pair()
  receiver.start()
  ours.end()
  await once(theirs, 'end')
  theirs.destroy()
  await once(theirs, 'close')
  await expect.poll(() => closed).toEqual(['the other side closed the channel'])
})
