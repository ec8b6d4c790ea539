import type { Camera, RuleEvent, Rules, Severity, Tracks as TracksMessage } from '@vedette/protocol'
import { decode } from '@vedette/protocol'
import { replayTracks } from '@vedette/rules'
import { expect, test } from 'vitest'
import { encodeFrame, type GivenObject, packFrames } from '../uplink/testing/encoded_frame.ts'
import { Tracks } from '../uplink/tracks.ts'
import { CameraRules } from './camera_rules.ts'

const FPS = 10
const catalog = { cameras: ['yard', null, 'door'], classes: ['person', 'car'] }
const zone: [number, number][] = [
  [0.5, 0],
  [1, 0],
  [1, 1],
  [0.5, 1]
]
const entered: Rules = { in: { kind: 'zone-entered', name: 'Right half', zone, severity: 'warning' } }
const person = (track: number, x: number, y = 0.6): GivenObject => ({
  track,
  label: 0,
  confidence: 0.8,
  box: [x - 0.05, y - 0.3, 0.1, 0.3]
})

/** The agent's tracks and rules, as main.ts puts them together. */
function startRules(cameras: Record<string, Pick<Camera, 'rules' | 'masks'>>) {
  const events: (RuleEvent & { severity: Severity })[] = []
  const messages: TracksMessage[] = []
  let last = 100
  const rules = new CameraRules({ emit: (event, severity) => events.push({ ...event, severity }) })
  const tracks = new Tracks({
    nextId: () => ++last,
    event: () => undefined,
    send: (message) => messages.push(decode('up/tracks', message)),
    dropped: () => undefined,
    damaged: (message) => expect.fail(message),
    watcher: rules
  })
  const clock = { ms: Date.now() + 1000 }
  rules.set(cameras)
  rules.name(catalog)
  tracks.name(catalog)
  const see = (camera: number, ...objects: GivenObject[]) => {
    const packed = packFrames([{ camera, objects: objects.length, bytes: encodeFrame(camera, clock.ms, objects) }])
    tracks.add(packed, packed.objects, null)
  }
  /** A strategy looks, beside and later than the model: what it finds is of class 2 and on. */
  const find = (strategy: string, ...objects: GivenObject[]) => {
    const bytes = encodeFrame(2, clock.ms - 400, objects)
    const packed = packFrames([{ camera: 2, objects: objects.length, bytes }])
    tracks.add(packed, packed.objects, strategy)
  }
  const frame = (...objects: GivenObject[]) => {
    see(2, ...objects)
    clock.ms += 1000 / FPS
    if (clock.ms % 1000 < 1000 / FPS) {
      tracks.tick(clock.ms)
      rules.tick(clock.ms)
    }
  }
  /** From one side to another in three seconds, after a time without anybody. */
  const walk = (track: number, from: number, to: number) => {
    for (let i = 0; i <= 3 * FPS; i++) frame(person(track, from + ((to - from) * i) / (3 * FPS)))
  }
  const empty = (seconds: number) => {
    for (let i = 0; i < seconds * FPS; i++) frame()
  }
  tracks.tick(clock.ms)
  return { rules, tracks, events, messages, clock, see, find, frame, walk, empty }
}

test('tells of a track by the id that its messages have', () => {
  const { events, messages, walk, empty, see } = startRules({ door: { rules: entered } })
  empty(3)
  walk(7, 0.1, 0.9)
  see(0, person(9, 0.9))
  empty(3)
  expect(events).toMatchObject([
    { kind: 'rule', camera: 'door', rule: 'in', what: 'zone-entered', severity: 'warning', track: 101, label: 'person' }
  ])
  expect(messages.at(-1)?.tracks[0]).toMatchObject({ camera: 'door', track: 101 })
})

test('looks only at cameras that have rules, and counts for those', () => {
  const { rules, frame, empty } = startRules({ door: { rules: entered }, yard: {} })
  expect([0, 1, 2].map((index) => rules.looksAt(index, null))).toEqual([false, false, true])
  empty(3)
  for (let i = 0; i < 10; i++) frame(person(1, 0.8), person(2, 0.2))
  expect(rules.counts()).toEqual({ door: { in: { inside: 1 } } })
  rules.set({ yard: { rules: entered } })
  expect([0, 1, 2].map((index) => rules.looksAt(index, null))).toEqual([true, false, false])
})

test('what a strategy finds is for the rules that name its classes, and is not gone because a frame of the model lacks it', () => {
  const counts: Rules = {
    any: { kind: 'occupancy', name: 'Right half', zone, max: 0, seconds: 1 },
    red: { kind: 'occupancy', name: 'Right half', zone, max: 0, seconds: 1, classes: ['colour: red'] },
    in: { ...entered.in!, classes: ['car', 'colour: red'] },
    gone: { kind: 'absence', name: 'No logo', classes: ['logo'], seconds: 1 }
  }
  const { rules, tracks, events, frame, find, empty } = startRules({ door: { rules: counts } })
  const named = { ...catalog, classes: ['person', 'car', 'colour: red', 'logo'] }
  rules.name(named, [
    { strategy: 'colour', labels: ['colour: red'] },
    { strategy: 'logo', labels: ['logo'] }
  ])
  tracks.name(named)
  const red = (x: number): GivenObject => ({ ...person(2 ** 52 + 1, x), label: 2 })
  empty(3)
  // A second red thing every fifth frame, while the model sees nothing at all.
  for (let i = 0; i < 60; i++) {
    if (i % 5 === 0) find('colour', red(i < 20 ? 0.2 : 0.9))
    frame()
  }
  expect(events.map(({ rule, phase, label }) => `${rule} ${phase} ${label ?? ''}`)).toEqual([
    'in happened colour: red',
    'red began '
  ])
  expect(rules.counts()).toEqual({
    door: {
      any: { inside: 0, ongoing: 0 },
      red: { inside: 1, ongoing: 1 },
      in: { inside: 1 },
      // Its strategy has not looked: nobody knows whether it is gone.
      gone: { inside: 0, ongoing: 0 }
    }
  })
  find('logo')
  for (let i = 0; i < 20; i++) {
    frame()
    if (i % 5 === 0) find('logo')
  }
  expect(events.at(-1)).toMatchObject({ rule: 'gone', phase: 'began' })
})

test('rules change between two frames, and what the others know stays', () => {
  const stays = { kind: 'loitering', name: 'Right half', zone, seconds: 1 } as const
  const { rules, events, frame, empty } = startRules({ door: { rules: { stays } } })
  empty(3)
  for (let i = 0; i < 30; i++) frame(person(1, 0.8))
  rules.set({ door: { rules: { stays, ...entered } } })
  for (let i = 0; i < 30; i++) frame(person(1, 0.8))
  expect(events.map(({ rule, phase }) => `${rule} ${phase}`)).toEqual(['stays began'])
  rules.set({})
  expect(events.map(({ rule, phase }) => `${rule} ${phase}`)).toEqual(['stays began', 'stays ended'])
})

test('other classes end what went on', () => {
  const stays = { kind: 'loitering', name: 'Right half', zone, seconds: 1 } as const
  const { rules, events, frame, empty } = startRules({ door: { rules: { stays } } })
  empty(3)
  for (let i = 0; i < 30; i++) frame(person(1, 0.8))
  rules.name({ ...catalog, classes: ['bicycle'] })
  expect(events.map(({ phase }) => phase)).toEqual(['began', 'ended'])
})

test('stored tracks, thinned as they are, give the events that the frames gave', () => {
  const all: Rules = {
    ...entered,
    out: { kind: 'zone-left', name: 'Right half', zone },
    gate: {
      kind: 'line-crossed',
      name: 'Middle',
      line: [[0.5, 0.2] as const, [0.5, 0.9] as const].map(([x, y]) => [x, y]) as [[number, number], [number, number]]
    },
    stays: { kind: 'loitering', name: 'Right half', zone, seconds: 4 },
    east: {
      kind: 'direction',
      name: 'East',
      arrow: [
        [0, 0.5],
        [1, 0.5]
      ]
    },
    many: { kind: 'occupancy', name: 'Right half', zone, max: 2, seconds: 1 }
  }
  const { events, messages, clock, frame, empty } = startRules({ door: { rules: all } })
  empty(3)
  // Eight people, each on a way of its own that bends; all begin well inside of the right half.
  const beganMs = clock.ms
  for (let i = 0; i < 30 * FPS; i++) {
    const seconds = i / FPS
    const people = Array.from({ length: 8 }, (_, k) => {
      const x = 0.5 + 0.35 * Math.sin(1.2 + 0.1 * k + seconds * (0.3 + 0.05 * k))
      return person(k + 1, x, 0.4 + 0.05 * k + 0.03 * Math.sin(seconds + k))
    })
    frame(...people)
  }
  empty(4)
  const replayed: RuleEvent[] = []
  replayTracks({ camera: 'door', rules: all, messages, fps: FPS, emit: (event) => replayed.push(event) })
  const brief = ({ rule, phase, track, direction, count }: RuleEvent) =>
    [rule, phase, track, direction, rule === 'gate' ? count : ''].join(' ')
  // Frames had shown that nobody was there before; stored tracks do not tell of nobody, so who comes first was there.
  const later = (list: readonly RuleEvent[]) =>
    list
      .filter(({ seenAt }) => Date.parse(seenAt) > beganMs + 800)
      .map(brief)
      .toSorted()
  expect(later(events).length).toBeGreaterThan(60)
  expect(later(replayed)).toEqual(later(events))
})
