import { decode, type Severity } from '@vedette/protocol'
import { expect, test } from 'vitest'
import type { TrackWatcher } from './seen_objects.ts'
import { encodeFrame, type GivenObject, packFrames } from './testing/encoded_frame.ts'
import { STRIDE, Thinning } from './thinning.ts'
import type { TrackEvent } from './track_book.ts'
import { Tracks } from './tracks.ts'

const catalog = { cameras: ['door', null, 'yard'], classes: ['person', 'car'] }
const person = (track: number, left = 0.1): GivenObject => ({
  track,
  label: 0,
  confidence: 0.8,
  box: [left, 0.2, 0.1, 0.3]
})

function makeTracks(watcher?: TrackWatcher) {
  const events: (TrackEvent & { severity: Severity })[] = []
  const messages: Uint8Array[] = []
  let last = 100
  let dropped = 0
  const tracks = new Tracks({
    nextId: () => ++last,
    event: (event, severity) => events.push({ ...event, severity }),
    send: (message) => messages.push(message),
    dropped: (count) => {
      dropped += count
    },
    damaged: (message) => expect.fail(message),
    ...(watcher && { watcher })
  })
  tracks.name(catalog)
  const see = (camera: number, atMs: number, ...objects: GivenObject[]) => {
    const packed = packFrames([{ camera, objects: objects.length, bytes: encodeFrame(camera, atMs, objects) }])
    tracks.add(packed, packed.objects, null)
  }
  return { tracks, events, messages, dropped: () => dropped, see }
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

test('rules see a track as sure as it ever was, also where it begins between two looks of the detector', () => {
  const seen: [track: number, classId: number, confidence: number][] = []
  const { see } = makeTracks({
    looksAt: () => true,
    see: (_camera, { trackId, classId, confidence }) => seen.push([trackId[0]!, classId[0]!, confidence[0]!])
  })
  const look = { ...person(1), confidence: 0.75 }
  const between = { ...person(1), confidence: 0 }
  see(0, 1000, look)
  see(0, 1100, between)
  see(0, 1200, between)
  see(0, 1300, { ...look, label: 1, confidence: 0.5 })
  expect(seen.slice(1)).toEqual([
    [0, expect.any(Number), expect.any(Number)],
    [101, 0, 0.75],
    [101, 0, 0.75]
  ])
})

test('ends no track because the box itself stood still', () => {
  const { tracks, events, see } = makeTracks()
  for (const at of [1000, 1100, 1200]) see(0, at, person(1))
  tracks.tick(1300)
  tracks.tick(6300)
  expect(events.map(({ kind }) => kind)).toEqual(['track.began'])
  see(0, 6200, person(1))
  tracks.tick(7300)
  expect(events).toHaveLength(1)
  tracks.tick(8300)
  expect(events[1]).toMatchObject({ kind: 'track.ended', track: 101, durationMs: 5200 })
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

test('what secondary models say of a track is voted over its life, and told with it and at its end', () => {
  const { tracks, events, messages, see } = makeTracks()
  const start = Date.now() + 1000
  tracks.tick(start)
  const colours: [string, number][] = [...Array(8)].map((_, i) => (i === 4 ? ['blue', 0.95] : ['red', 0.9]))
  for (const [i, colour] of colours.entries())
    see(0, start + i * 100, { ...person(1), attributes: [colour] }, person(2, 0.6))
  tracks.tick(start + 1000)
  const attributes = [{ stage: 2, label: 'red', confidence: 0.7875 }]
  const { tracks: told } = decode('up/tracks', messages[0]!)
  expect(told.map((track) => track.attributes)).toEqual([attributes, undefined])
  tracks.tick(start + 2000)
  tracks.tick(start + 3000)
  const ended = events.filter(({ kind }) => kind === 'track.ended')
  expect(ended.map((event) => [event.track, event.attributes])).toEqual([
    [102, undefined],
    [101, attributes]
  ])
  // The tracker's id means another from now on.
  for (const at of [4000, 4100, 4200]) see(0, start + at, person(1))
  expect(events.at(-1)).toMatchObject({ kind: 'track.began', track: 103 })
  expect(events.at(-1)).not.toHaveProperty('attributes')
})

test('tells of more tracks than a message holds in several, one in each turn of the event loop', async () => {
  const { tracks, messages, see } = makeTracks()
  const people = Array.from({ length: 600 }, (_, i) => person(i + 1, i / 1000))
  for (const at of [1, 2, 3]) see(0, at, ...people)
  tracks.tick(1000)
  expect(messages).toHaveLength(1)
  await expect.poll(() => messages.length).toBe(3)
  const told = messages.flatMap((message) => decode('up/tracks', message).tracks)
  expect(told.map(({ track }) => track)).toEqual(people.map((_, i) => 101 + i))
  expect(told.map(({ points }) => points[0]![1])).toEqual(people.map(({ box }) => Number(box[0].toFixed(4))))
})

test('gives up what of a second was not sent before the next, and counts it', () => {
  const { tracks, messages, dropped, see } = makeTracks()
  const people = Array.from({ length: 600 }, (_, i) => person(i + 1, i / 1000))
  for (const at of [1, 2, 3]) see(0, at, ...people)
  tracks.tick(1000)
  see(0, 1500, person(1))
  tracks.tick(2000)
  expect(dropped()).toBe(2)
  expect(messages.map((message) => decode('up/tracks', message).tracks.length)).toEqual([256, 1])
})

test('thinning errs less than 0.002 wherever a point was left out', () => {
  const points: number[] = []
  for (let i = 0; i < 300; i++) {
    points.push(i * 33 + (i % 5), 0.5 + 0.3 * Math.sin(i / 20), 0.5 + 0.2 * Math.cos(i / 31), 0.1 + i / 4000, 0.2)
  }
  const kept = thinned(points)
  expect(kept.length).toBeLessThan(100)
  for (let i = 0; i < 300; i++) {
    const point = points.slice(i * STRIDE, (i + 1) * STRIDE)
    const after = kept.findIndex(([t]) => t! >= point[0]!)
    const [a, b] = [kept[Math.max(0, after - 1)]!, kept[after]!]
    const share = b[0]! > a[0]! ? (point[0]! - a[0]!) / (b[0]! - a[0]!) : 0
    for (let k = 1; k < STRIDE; k++) expect(Math.abs(a[k]! + (b[k]! - a[k]!) * share - point[k]!)).toBeLessThan(0.002)
  }
})

test('thinning keeps one of one, and both ends of a line', () => {
  expect(thinned([5, 0, 0, 0, 0])).toEqual([[5, 0, 0, 0, 0]])
  expect(thinned([0, 0, 0, 0, 0, 1, 0.1, 0, 0, 0, 2, 0.2, 0, 0, 0])).toHaveLength(2)
})

function thinned(points: number[]): number[][] {
  const thinning = new Thinning()
  while (thinning.points.length < points.length) thinning.grow()
  const first = thinning.room - points.length / STRIDE
  thinning.points.set(points, first * STRIDE)
  thinning.thin(first)
  const all = Array.from({ length: points.length / STRIDE }, (_, i) => points.slice(i * STRIDE, (i + 1) * STRIDE))
  return all.filter((_, i) => thinning.isKept(first + i))
}
