import { decodeFrameBatch } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { FrameColumns } from './frame_columns.ts'
import { FrameSender } from './frame_sender.ts'
import { encodeFrame, packFrames } from './testing/encoded_frame.ts'

const object = { track: 7, label: 2, confidence: 0.5, box: [0.1, 0.2, 0.3, 0.4] as [number, number, number, number] }
const frames = (...cameras: number[]) =>
  packFrames(cameras.map((camera, i) => ({ camera, objects: 1, bytes: encodeFrame(camera, 1000 + i, [object]) })))

function makeSender(accepts = () => true) {
  const batches: Uint8Array[] = []
  let dropped = 0
  const sender = new FrameSender({
    send: (batch) => accepts() && batches.push(batch) > 0,
    dropped: (count) => {
      dropped += count
    }
  })
  onTestFinished(() => sender.stop())
  return { sender, decoded: () => batches.map(decodeFrameBatch), dropped: () => dropped }
}

test('joins frames of wanted cameras only, names the catalog and counts batches', () => {
  const { sender, decoded } = makeSender()
  sender.name('abc')
  sender.want(new Set([1, 3]))
  sender.add(frames(1, 2, 3, 3, 2))
  sender.add(frames(2, 1))
  sender.flush()
  sender.add(frames(3))
  sender.flush()
  expect(decoded().map(({ catalog, sequence, frames }) => [catalog, sequence, frames.map((f) => f.camera)])).toEqual([
    ['abc', 1, [1, 3, 3, 1]],
    ['abc', 2, [3]]
  ])
})

test('sends at most 32 frames together', () => {
  const { sender, decoded } = makeSender()
  sender.want(new Set([1]))
  sender.add(frames(...Array.from({ length: 70 }, () => 1)))
  sender.flush()
  expect(decoded().map((batch) => batch.frames.length)).toEqual([32, 32, 6])
})

test('frames of the catalog before go out under its own name', () => {
  const { sender, decoded } = makeSender()
  sender.want(new Set([1]))
  sender.name('old')
  sender.add(frames(1))
  sender.name('new')
  sender.add(frames(1))
  sender.flush()
  expect(decoded().map((batch) => batch.catalog)).toEqual(['old', 'new'])
})

test('drops what the network does not take, and leaves a gap in the sequence to tell it', () => {
  let isFree = false
  const { sender, decoded, dropped } = makeSender(() => isFree)
  sender.want(new Set([1]))
  sender.add(frames(1, 1))
  sender.flush()
  isFree = true
  sender.add(frames(1))
  sender.flush()
  expect(dropped()).toBe(2)
  expect(decoded().map((batch) => batch.sequence)).toEqual([2])
})

test('sends a part batch by itself within a tenth of a second', async () => {
  const sent = Promise.withResolvers<Uint8Array>()
  const send = (batch: Uint8Array) => {
    sent.resolve(batch)
    return true
  }
  const sender = new FrameSender({ send, dropped: () => {} })
  sender.want(new Set([1]))
  sender.add(frames(1))
  expect(decodeFrameBatch(await sent.promise).frames).toHaveLength(1)
})

test('reads the same columns as the protocol does, and refuses damaged ones', () => {
  const bytes = encodeFrame(300, 1_700_000_000_123, [object, { ...object, track: 2 ** 40 + 1, label: 200 }])
  const columns = new FrameColumns()
  columns.open(bytes)
  expect(columns.read(0, bytes.length)).toBe(true)
  const [frame] = decodeFrameBatch(bytes).frames
  expect(columns).toMatchObject({ count: 2, capturedMs: 1_700_000_000_123 })
  expect(columns.trackId.subarray(0, 2)).toEqual(frame!.trackId)
  expect([0, 1].map((object) => columns.classId(object))).toEqual([...frame!.classId])
  expect([0, 1].map((object) => columns.confidence(object))).toEqual([...frame!.confidence])
  const boxes = new Float32Array(9)
  columns.copyBoxes(boxes, 1)
  const { left, top, boxWidth, boxHeight } = frame!
  expect([...boxes]).toEqual([0, ...[0, 1].flatMap((i) => [left[i], top[i], boxWidth[i], boxHeight[i]])])
  for (let cut = 0; cut < bytes.length; cut++) {
    columns.open(bytes.subarray(0, cut))
    expect(columns.read(0, bytes.length)).toBe(false)
    expect(columns.read(0, cut)).toBe(false)
  }
})
