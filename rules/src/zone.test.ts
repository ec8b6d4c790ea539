import type { Rules } from '@vedette/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FPS, NOON, Scene } from './testing/scene.ts'

const yard = [
  [0.4, 0.4],
  [0.8, 0.4],
  [0.8, 0.9],
  [0.4, 0.9]
] as [number, number][]
const zones: Rules = {
  in: { kind: 'zone-entered', name: 'Yard', zone: yard, severity: 'warning' },
  out: { kind: 'zone-left', name: 'Yard', zone: yard }
}

test('tells who enters and who leaves, once each, with who it was and how long', () => {
  const scene = Scene.empty(zones)
  scene.walk(7, [
    [0.1, 0.6],
    [0.6, 0.6]
  ])
  scene.watch(4, { track: 7, at: [0.6, 0.6] })
  scene.walk(7, [
    [0.6, 0.6],
    [0.1, 0.6]
  ])
  expect(scene.told).toEqual(['happened in 7', 'happened out 7'])
  const [entered, left] = scene.events
  expect(entered).toMatchObject({
    ...{ kind: 'rule', camera: 'door', rule: 'in', name: 'Yard', what: 'zone-entered', severity: 'warning' },
    ...{ label: 'person', confidence: 0.8, box: [expect.any(Number), 0.5, 0.05, 0.1] }
  })
  expect(Date.parse(entered!.seenAt)).toBeGreaterThan(NOON)
  // A second each way of which 0.4 s are inside, and four seconds there.
  expect(left!.durationMs).toBeGreaterThan(4700)
  expect(left!.durationMs).toBeLessThan(5000)
})

test('an object is where the middle of its lower edge is', () => {
  const scene = Scene.empty(zones)
  scene.watch(1, { track: 1, at: [0.6, 0.95], size: [0.1, 0.4] })
  scene.watch(1, { track: 2, at: [0.6, 0.5], size: [0.1, 0.4] })
  expect(scene.told.filter((told) => told.includes('in'))).toEqual(['happened in 2'])
})

test('it takes some frames in a row to be inside, and to be outside again', () => {
  const scene = Scene.empty({ in: { kind: 'zone-entered', name: 'Yard', zone: yard, inertiaFrames: 3 } })
  const see = (frames: number, x: number) => scene.watch(frames / FPS, { track: 1, at: [x, 0.6] })
  see(3, 0.1)
  for (let i = 0; i < 5; i++) {
    see(2, 0.6)
    see(1, 0.1)
  }
  expect(scene.told).toEqual([])
  see(3, 0.6)
  expect(scene.told).toEqual(['happened in 1'])
  for (let i = 0; i < 5; i++) {
    see(2, 0.1)
    see(1, 0.6)
  }
  expect(scene.told).toEqual(['happened in 1'])
})

test('who is lost inside has left, as of when it was seen last', () => {
  const scene = Scene.empty(zones)
  scene.walk(1, [
    [0.1, 0.6],
    [0.6, 0.6]
  ])
  scene.watch(3)
  expect(scene.told).toEqual(['happened in 1', 'happened out 1'])
  expect(scene.events[1]!.durationMs).toBeLessThan(600)
})

test('who stands on the lower edge of the picture is in a zone that reaches it', () => {
  const scene = Scene.empty({
    in: {
      kind: 'zone-entered',
      name: 'Door',
      zone: [
        [0, 0.5],
        [1, 0.5],
        [1, 1],
        [0, 1]
      ]
    }
  })
  scene.watch(1, { track: 1, at: [0.5, 1.01] })
  scene.watch(1, { track: 1, at: [0.5, 1.01] }, { track: 2, at: [1.2, 0.9] })
  expect(scene.told).toEqual(['happened in 1', 'happened in 2'])
})

test('what is there when a box starts has not come just now, but its leaving is told', () => {
  const scene = new Scene(zones)
  scene.watch(3, { track: 1, at: [0.6, 0.6] })
  scene.walk(1, [
    [0.6, 0.6],
    [0.1, 0.6]
  ])
  expect(scene.told).toEqual(['happened out 1'])
})

test('dwell tells afterwards of those that were there for long', () => {
  const scene = Scene.empty({ till: { kind: 'dwell', name: 'Till', zone: yard, seconds: 5 } })
  scene.walk(1, [
    [0.1, 0.6],
    [0.6, 0.6],
    [0.1, 0.6]
  ])
  expect(scene.events).toEqual([])
  scene.walk(2, [
    [0.1, 0.6],
    [0.6, 0.6]
  ])
  scene.watch(20, { track: 2, at: [0.6, 0.6] })
  scene.walk(2, [
    [0.6, 0.6],
    [0.1, 0.6]
  ])
  expect(scene.events).toMatchObject([{ what: 'dwell', phase: 'happened', track: 2 }])
  expect(Math.round(scene.events[0]!.durationMs! / 1000)).toBe(21)
})

test('loitering begins after its time and ends when it goes', () => {
  const scene = Scene.empty({ porch: { kind: 'loitering', name: 'Porch', zone: yard, seconds: 8 } })
  scene.walk(1, [
    [0.1, 0.6],
    [0.6, 0.6]
  ])
  scene.watch(7, { track: 1, at: [0.6, 0.6] })
  expect(scene.told).toEqual([])
  scene.watch(1, { track: 1, at: [0.6, 0.6] })
  expect(scene.told).toEqual(['began porch 1'])
  expect(scene.set.counts()).toEqual({ porch: { inside: 1, ongoing: 1 } })
  scene.walk(1, [
    [0.6, 0.6],
    [0.1, 0.6]
  ])
  expect(scene.told).toEqual(['began porch 1', 'ended porch 1'])
  expect(scene.set.counts()).toEqual({ porch: { inside: 0, ongoing: 0 } })
})

test('whatever anybody does, entered minus left is how many are inside', () => {
  const step = fc.record({
    track: fc.integer({ min: 1, max: 6 }),
    x: fc.double({ min: 0, max: 1, noNaN: true }),
    frames: fc.integer({ min: 1, max: 30 })
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const scene = Scene.empty(zones)
      for (const { track, x, frames } of steps) scene.watch(frames / FPS, { track, at: [x, 0.6] })
      const count = (rule: string) => scene.events.filter((event) => event.rule === rule).length
      expect(count('in') - count('out')).toBe(scene.set.counts().in?.inside)
      scene.watch(3)
      scene.set.pass(scene.ms + 3000)
      expect(count('in') - count('out')).toBe(0)
    })
  )
})
