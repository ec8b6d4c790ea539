import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Scene } from './testing/scene.ts'

const HYSTERESIS = 0.02
const gate = {
  kind: 'line-crossed',
  name: 'Gate',
  line: [
    [0.2, 0.5],
    [0.8, 0.5]
  ],
  hysteresis: HYSTERESIS
} as const
const crossings = (scene: Scene) => scene.events.map(({ direction }) => direction)

test('a line drawn to the right is crossed inwards by who comes down, and counts by class', () => {
  const scene = Scene.empty({
    gate: {
      ...gate,
      line: [
        [0.2, 0.5],
        [0.8, 0.5]
      ]
    }
  })
  scene.walk(1, [
    [0.5, 0.3],
    [0.5, 0.7]
  ])
  scene.walk(
    2,
    [
      [0.5, 0.3],
      [0.5, 0.7]
    ],
    1,
    { label: 'car' }
  )
  scene.walk(1, [
    [0.5, 0.7],
    [0.5, 0.3]
  ])
  scene.walk(3, [
    [0.4, 0.2],
    [0.4, 0.8]
  ])
  expect(scene.events).toMatchObject([
    { what: 'line-crossed', phase: 'happened', track: 1, label: 'person', direction: 'in', count: 1, severity: 'info' },
    { track: 2, label: 'car', direction: 'in', count: 1 },
    { track: 1, label: 'person', direction: 'out', count: 1 },
    { track: 3, label: 'person', direction: 'in', count: 2 }
  ])
  expect(scene.set.counts()).toEqual({
    gate: {
      crossed: [
        { label: 'person', in: 2, out: 1 },
        { label: 'car', in: 1, out: 0 }
      ]
    }
  })
})

test('a line whose direction is out tells only of those, and counts all', () => {
  const scene = Scene.empty({
    gate: {
      ...gate,
      direction: 'out',
      line: [
        [0.2, 0.5],
        [0.8, 0.5]
      ]
    }
  })
  scene.walk(1, [
    [0.5, 0.3],
    [0.5, 0.7],
    [0.5, 0.3]
  ])
  expect(crossings(scene)).toEqual(['out'])
  expect(scene.set.counts().gate?.crossed).toEqual([{ label: 'person', in: 1, out: 1 }])
})

test('who goes round the end of a line has not crossed it', () => {
  const scene = Scene.empty({
    gate: {
      ...gate,
      line: [
        [0.2, 0.5],
        [0.8, 0.5]
      ]
    }
  })
  scene.walk(1, [
    [0.5, 0.4],
    [0.9, 0.4],
    [0.9, 0.6],
    [0.5, 0.6]
  ])
  expect(scene.events).toEqual([])
  scene.walk(1, [
    [0.5, 0.6],
    [0.5, 0.4]
  ])
  expect(crossings(scene)).toEqual(['out'])
})

test('a fast one that is seen once on either side has crossed', () => {
  const scene = Scene.empty({
    gate: {
      ...gate,
      line: [
        [0.2, 0.5],
        [0.8, 0.5]
      ]
    }
  })
  scene.frame({ track: 1, at: [0.4, 0.1] })
  scene.frame({ track: 1, at: [0.6, 0.9] })
  expect(crossings(scene)).toEqual(['in'])
})

test('any walk counts its true crossings, however it jitters within the hysteresis on the way', () => {
  const jitter = fc.double({ min: -0.99 * HYSTERESIS, max: 0.99 * HYSTERESIS, noNaN: true })
  const far = fc.double({ min: 1.5 * HYSTERESIS, max: 0.4, noNaN: true })
  // Each leg: some frames on the line, then one clearly on a side.
  const legs = fc.array(fc.record({ onLine: fc.array(jitter, { maxLength: 8 }), side: fc.boolean(), far }), {
    minLength: 1,
    maxLength: 30
  })
  const along = fc.double({ min: 0.25, max: 0.75, noNaN: true })
  fc.assert(
    fc.property(legs, along, fc.integer({ min: 0, max: 359 }), (walk, x, turn) => {
      const angle = (turn * Math.PI) / 180
      const rotated = (px: number, py: number): [number, number] => [
        0.5 + (px - 0.5) * Math.cos(angle) - (py - 0.5) * Math.sin(angle),
        0.5 + (px - 0.5) * Math.sin(angle) + (py - 0.5) * Math.cos(angle)
      ]
      const scene = Scene.empty({ gate: { ...gate, line: [rotated(0.2, 0.5), rotated(0.8, 0.5)] } })
      const expected: string[] = []
      let isBelow = false
      const see = (y: number) => scene.frame({ track: 1, at: rotated(x, y), size: [0, 0] })
      see(0.5 - 0.1)
      for (const { onLine, side, far } of walk) {
        for (const offset of onLine) see(0.5 + offset)
        see(side ? 0.5 + far : 0.5 - far)
        if (side !== isBelow) expected.push(side ? 'in' : 'out')
        isBelow = side
      }
      expect(crossings(scene)).toEqual(expected)
    })
  )
})

test('one that parks on a line and jitters all night crosses it once', () => {
  const scene = Scene.empty({
    gate: {
      ...gate,
      hysteresis: 0.005,
      line: [
        [0.2, 0.5],
        [0.8, 0.5]
      ]
    }
  })
  const size = [0.2, 0.2] as const
  scene.walk(
    1,
    [
      [0.5, 0.1],
      [0.5, 0.5]
    ],
    2,
    { label: 'car', size }
  )
  for (let i = 0; i < 2000; i++) scene.frame({ track: 1, at: [0.5, 0.5 + 0.002 * Math.sin(i)], label: 'car', size })
  const before = scene.events.length
  for (let i = 0; i < 5000; i++) scene.frame({ track: 1, at: [0.5, 0.5 + 0.03 * Math.sin(i)], label: 'car', size })
  expect(scene.events.length - before).toBe(0)
})
