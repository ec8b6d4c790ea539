import type { Rules } from '@vedette/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Scene, type Thing } from './testing/scene.ts'

const left = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1]
] as [number, number][]
const rules: Rules = {
  in: { kind: 'zone-entered', name: 'Left', zone: left, inertiaFrames: 1 },
  stays: { kind: 'loitering', name: 'Left', zone: left, seconds: 20, inertiaFrames: 1 }
}
const size = [0.2, 0.2] as const
const car = (track: number, x: number): Thing => ({ track, at: [x, 0.6], size, label: 'car' })

/** Comes from the right and parks with its middle on the border. */
function parked(more: Rules = rules): Scene {
  const scene = Scene.empty(more)
  scene.walk(
    1,
    [
      [0.9, 0.6],
      [0.49, 0.6]
    ],
    3,
    { size, label: 'car' }
  )
  scene.watch(30, car(1, 0.49))
  return scene
}
const once = ['happened in 1', 'began stays 1']

test('a car parked on the border of a zone is told once, however its box jitters all night', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -0.04, max: 0.04, noNaN: true }), { maxLength: 300 }), (jitter) => {
      const scene = parked()
      for (const offset of jitter) scene.frame(car(1, 0.49 + offset))
      expect(scene.told).toEqual(once)
    }),
    { numRuns: 30 }
  )
})

test('a parked car that comes back under another id is the same car, and the new id is told from then on', () => {
  const scene = parked()
  scene.watch(60)
  scene.watch(30, car(2, 0.485))
  expect(scene.told).toEqual(once)
  scene.walk(
    2,
    [
      [0.485, 0.6],
      [0.9, 0.6]
    ],
    1,
    { size, label: 'car' }
  )
  expect(scene.told).toEqual([...once, 'ended stays 2'])
})

test('a tracker that gives a parked car a new id from one frame to the next tells nothing new', () => {
  const scene = parked()
  for (let track = 2; track < 40; track++) scene.watch(1, car(track, 0.49))
  expect(scene.told).toEqual(once)
})

test('parked cars are remembered over an outage of the camera of any length', () => {
  const scene = parked()
  scene.set.pass(scene.ms + 60_000)
  scene.ms += 8 * 3_600_000
  scene.watch(30, car(9, 0.49))
  expect(scene.told).toEqual(once)
})

test('who stops beside a parked car is somebody else', () => {
  const scene = parked()
  scene.walk(
    2,
    [
      [0.9, 0.9],
      [0.3, 0.9]
    ],
    2,
    { size }
  )
  expect(scene.told).toEqual([...once, 'happened in 2'])
})

test('a parked car that is hidden is not counted, and counts again when it is seen', () => {
  const scene = parked({ few: { kind: 'occupancy', name: 'Left', zone: left, max: 5, seconds: 1, inertiaFrames: 1 } })
  expect(scene.set.counts().few?.inside).toBe(1)
  scene.watch(5)
  expect(scene.set.counts().few?.inside).toBe(0)
  scene.watch(1, car(5, 0.49))
  expect(scene.set.counts().few?.inside).toBe(1)
})

test('a place is forgotten when nobody was there for ten minutes of watching', () => {
  const scene = parked()
  scene.watch(603)
  expect(scene.told).toEqual([...once, 'ended stays 1'])
  scene.watch(1, car(2, 0.49))
  expect(scene.told.at(-1)).toBe('happened in 2')
})
