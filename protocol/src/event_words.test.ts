import { expect, test } from 'vitest'
import { eventWords } from './event_words.ts'

const car = {
  camera: 'yard',
  track: 7,
  label: 'car',
  confidence: 0.8,
  box: [0, 0, 0.1, 0.1] as [number, number, number, number]
}
const attributes = [
  { stage: 2, label: 'red', confidence: 0.79 },
  { stage: 3, label: 'estate', confidence: 0.6 }
]

test('a track is told of with what secondary models say of it', () => {
  expect(eventWords({ kind: 'track.began', ...car, attributes }, 'Yard')).toBe('car (red, estate) seen by Yard')
  expect(eventWords({ kind: 'track.ended', ...car, attributes, durationMs: 4200 }, 'Yard')).toBe(
    'car (red, estate) gone from Yard after 4 s'
  )
  expect(eventWords({ kind: 'track.began', ...car }, 'Yard')).toBe('car seen by Yard')
})

const about = { camera: 'door', rule: 'gate', name: 'Gate', label: 'person' }

test('a camera is told of with what is wrong and what to do, which say its state as well', () => {
  const stalled = { kind: 'camera.state', camera: 'yard', state: 'stalled', was: 'live' } as const
  const reason = 'Stalled: no frame for 12 s. Check power and network.'
  expect(eventWords({ ...stalled, reason }, 'Yard')).toBe(`Yard: ${reason}`)
  expect(eventWords({ ...stalled, state: 'live', was: 'backing_off', reason: '' }, 'Yard')).toBe(
    'Yard is live, was backing off'
  )
})

test('an alert is told with what was held back since the last one', () => {
  const sent = {
    ...about,
    kind: 'alert.sent',
    alert: '01KAK3Q2ZC8V0V7TQW5B0R3N4X',
    message: 'Door: person crossed “Gate”'
  } as const
  expect(eventWords({ ...sent, grouped: 0, held: {} }, 'Door')).toBe('Alert: Door: person crossed “Gate”')
  expect(eventWords({ ...sent, grouped: 2, held: { throttle: 30, burst: 11 } }, 'Door')).toBe(
    'Alert: Door: person crossed “Gate” (and 2 more) — since the last one 41 held back (cooldown 30, burst 11)'
  )
})

test('alerts that went to nobody are told with their reasons', () => {
  const times = { from: '2026-11-21T12:00:00.000Z', until: '2026-11-21T12:01:00.000Z' }
  expect(eventWords({ ...about, kind: 'alert.held', held: { debounce: 3 }, ...times }, 'Door')).toBe(
    'Alerts of “Gate” at Door: 3 held back (over too soon 3)'
  )
  const disk = {
    kind: 'alert.held',
    rule: 'level-disk',
    name: 'Level of disk',
    held: { throttle: 1 },
    ...times
  } as const
  expect(eventWords(disk, '')).toBe('Alerts of “Level of disk”: 1 held back (cooldown 1)')
})
