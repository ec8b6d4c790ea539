import { decode, type Severity } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { encodeFrame, type GivenObject, packFrames } from './encode_frame.ts'
import { STRIDE, thin } from './thinning.ts'
import type { TrackEvent } from './track_book.ts'
import { Tracks } from './tracks.ts'

const catalog = { cameras: ['door', null, 'yard'], classes: ['person', 'car'] }
const person = (track: number, left = 0.1): GivenObject => ({
  track,
  label: 0,
  confidence: 0.8,
  box: [left, 0.2, 0.1, 0.3]
})

function makeTracks() {
  const events: (TrackEvent & { severity: Severity })[] = []
  const messages: string[] = []
  let last = 100
  const tracks = new Tracks({
    nextId: () => ++last,
    event: (event, severity) => events.push({ ...event, severity }),
    send: (message) => messages.push(message),
    damaged: (message) => expect.fail(message)
  })
  tracks.name(catalog)
  const see = (camera: number, atMs: number, ...objects: GivenObject[]) => {
    const packed = packFrames([{ camera, objects: objects.length, bytes: encodeFrame(camera, atMs, objects) }])
    tracks.add(packed, packed.objects)
  }
  return { tracks, events, messages, see }
}

test('a track begins with its third analysed frame and ends two seconds after its last', () => {
  const { tracks, events, see } = makeTracks()
  for (const at of [1000, 1100]) see(0, at, person(1))
  expect(events).toEqual([])
  see(0, 1200, person(1))
  expect(events).toMatchObject([{ kind: 'track.began', camera: 'door', track: 101, label: 'person', confidence: 0.8 }])
  tracks.tick(3100)
  expect(events).toHaveLength(1)
  tracks.tick(3200)
  expect(events[1]).toMatchObject({ kind: 'track.ended', track: 101, durationMs: 200, box: [0.1, 0.2, 0.1, 0.3] })
})

test('what was seen fewer than three times is never told', () => {
  const { tracks, events, messages, see } = makeTracks()
  see(0, 1000, person(1))
  see(0, 1100, person(1))
  tracks.tick(9000)
  tracks.tick(10_000)
  expect([events, messages]).toEqual([[], []])
})

test('equal ids of two cameras, and of two lives of a tracker, are different tracks', () => {
  const { tracks, events, see } = makeTracks()
  for (const at of [1, 2, 3]) {
    see(0, at, person(1))
    see(2, at, person(1))
  }
  tracks.restart('door')
  for (const at of [4, 5, 6]) see(0, at, person(1))
  expect(events.map(({ kind, camera, track }) => [kind, camera, track])).toEqual([
    ['track.began', 'door', 101],
    ['track.began', 'yard', 102],
    ['track.ended', 'door', 101],
    ['track.began', 'door', 103]
  ])
})

test('untracked objects and cameras without a name are left out', () => {
  const { tracks, events, see } = makeTracks()
  for (const at of [1, 2, 3]) {
    see(0, at, person(0))
    see(1, at, person(1))
  }
  tracks.tick(1000)
  expect(events).toEqual([])
})

test('other classes end the tracks that had the old ones', () => {
  const { tracks, events, see } = makeTracks()
  for (const at of [1, 2, 3]) see(0, at, person(1))
  tracks.name({ ...catalog, classes: ['bicycle'] })
  expect(events.at(-1)).toMatchObject({ kind: 'track.ended', label: 'person' })
})

test('tells once a second where tracks were, as a valid message, and nothing twice', () => {
  const { tracks, messages, see } = makeTracks()
  const start = Date.now() + 1000
  tracks.tick(start)
  for (let i = 0; i < 10; i++) see(0, start + i * 100, person(1, 0.1 + i * 0.01))
  tracks.tick(start + 1000)
  tracks.tick(start + 1500)
  expect(messages).toHaveLength(1)
  const { tracks: told, from } = decode('up/tracks', messages[0]!)
  expect(Date.parse(from)).toBe(start)
  expect(told).toMatchObject([{ camera: 'door', track: 101, label: 'person' }])
  expect(told[0]!.points).toEqual([
    [0, 0.1, 0.2, 0.1, 0.3],
    [900, 0.19, 0.2, 0.1, 0.3]
  ])
})

test('thinning errs less than 0.002 wherever a point was left out', () => {
  const points: number[] = []
  for (let i = 0; i < 300; i++) {
    points.push(i * 33 + (i % 5), 0.5 + 0.3 * Math.sin(i / 20), 0.5 + 0.2 * Math.cos(i / 31), 0.1 + i / 4000, 0.2)
  }
  const kept = thin(points)
  expect(kept.length).toBeLessThan(100)
  for (let i = 0; i < 300; i++) {
    const point = points.slice(i * STRIDE, (i + 1) * STRIDE)
    const after = kept.findIndex(([t]) => t! >= point[0]!)
    const [a, b] = [kept[Math.max(0, after - 1)]!, kept[after]!]
    const share = b[0]! > a[0]! ? (point[0]! - a[0]!) / (b[0]! - a[0]!) : 0
    for (let k = 1; k < STRIDE; k++) expect(Math.abs(a[k]! + (b[k]! - a[k]!) * share - point[k]!)).toBeLessThan(0.002)
  }
})

test('thinning keeps nothing of nothing, one of one, and both ends of a line', () => {
  expect(thin([])).toEqual([])
  expect(thin([5, 0, 0, 0, 0])).toEqual([[5, 0, 0, 0, 0]])
  expect(thin([0, 0, 0, 0, 0, 1, 0.1, 0, 0, 0, 2, 0.2, 0, 0, 0])).toHaveLength(2)
})
