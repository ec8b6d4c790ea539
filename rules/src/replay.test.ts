import type { RuleEvent, Rules, Tracks } from '@vedette/protocol'
import { expect, test } from 'vitest'
import type { Looker } from './lookers.ts'
import { replayTracks } from './replay.ts'
import { FPS, NOON, Scene } from './testing/scene.ts'

const rules: Rules = {
  gate: {
    kind: 'line-crossed',
    name: 'Gate',
    line: [
      [0.5, 0],
      [0.5, 1]
    ]
  },
  yard: {
    kind: 'zone-entered',
    name: 'Yard',
    zone: [
      [0.6, 0],
      [1, 0],
      [1, 1],
      [0.6, 1]
    ]
  },
  stays: {
    kind: 'loitering',
    name: 'Yard',
    zone: [
      [0.6, 0],
      [1, 0],
      [1, 1],
      [0.6, 1]
    ],
    seconds: 3
  }
}

/** Somebody goes from the left to the right, waits, and goes on out of the picture's right side. */
const way = (ms: number) => (ms < 4000 ? 0.1 + 0.2 * (ms / 1000) : ms < 9000 ? 0.9 : 0.9 + 0.1 * ((ms - 9000) / 1000))

test('gives the events that the frames gave, out of messages with a few points each', () => {
  const scene = Scene.empty(rules)
  const first = scene.ms
  for (let i = 0; i < 100; i++) scene.frame({ track: 5, at: [way((i * 1000) / FPS), 0.5], size: [0.05, 0.1] })
  scene.watch(3)
  const messages = Array.from({ length: 10 }, (_, second): Tracks => {
    const point = (ms: number): [number, number, number, number, number] => [
      ms,
      way(second * 1000 + ms) - 0.025,
      0.4,
      0.05,
      0.1
    ]
    const track = { camera: 'door', track: 5, label: 'person', confidence: 0.8, points: [point(0), point(900)] }
    return {
      v: 1,
      from: new Date(first + second * 1000).toISOString(),
      tracks: [track, { ...track, camera: 'yard', track: 6 }]
    }
  })
  // The first seconds have nobody in them, as the scene's.
  const nobody = {
    camera: 'door',
    track: 4,
    label: 'dog',
    confidence: 0.8,
    points: [[0, 0, 0, 0.01, 0.01]] as Tracks['tracks'][0]['points']
  }
  messages.unshift({ v: 1, from: new Date(NOON).toISOString(), tracks: [nobody] })
  const events: RuleEvent[] = []
  replayTracks({ camera: 'door', rules, messages, fps: FPS, emit: (event) => events.push(event) })
  const brief = ({ rule, phase, track, direction, label }: RuleEvent) => ({ rule, phase, track, direction, label })
  expect(events.map(brief)).toEqual(scene.events.map(brief))
  expect(events).toHaveLength(4)
  for (const [i, { seenAt }] of events.entries()) {
    expect(Math.abs(Date.parse(seenAt) - Date.parse(scene.events[i]!.seenAt))).toBeLessThanOrEqual(1000 / FPS)
  }
})

test('somebody whom a strategy has seen as well is told once: each rule sees the tracks of who decides it', () => {
  const model: Looker = { strategy: null, labels: ['person'] }
  const motion: Looker = { strategy: 'motion', labels: ['motion'] }
  const points = Array.from({ length: 10 }, (_, i): [number, number, number, number, number] => {
    return [i * 100, 0.3 + i * 0.06, 0.4, 0.05, 0.1]
  })
  const seen = [
    { camera: 'door', track: 5, label: 'person', confidence: 0.8, points },
    { camera: 'door', track: 2 ** 52 + 1, label: 'motion', confidence: 0.8, points }
  ]
  const messages: Tracks[] = [{ v: 1, from: new Date(NOON).toISOString(), tracks: seen }]
  const both: Rules = { gate: rules.gate!, moves: { ...rules.gate!, classes: ['motion'] } }
  const told = [model, motion].map((looker) => {
    const events: string[] = []
    const emit = ({ rule, track }: RuleEvent) => events.push(`${rule} ${track}`)
    replayTracks({ camera: 'door', rules: both, messages, fps: FPS, looker, lookers: [model, motion], emit })
    return events
  })
  expect(told).toEqual([['gate 5'], [`moves ${2 ** 52 + 1}`]])
})
