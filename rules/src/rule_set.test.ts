import { check, type Point, RuleEvent, type Rules } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { Scene, type Thing } from './testing/scene.ts'
import { TRACK_LIMIT } from './track_slots.ts'

const zone: Point[] = [
  [0.4, 0.4],
  [0.8, 0.4],
  [0.8, 0.9],
  [0.4, 0.9]
]
const inside = (track: number, more: Partial<Thing> = {}): Thing => ({ track, at: [0.5 + track / 100, 0.6], ...more })

test('direction tells who goes against the arrow of a one-way street, and of one that turns round only then', () => {
  const rules: Rules = {
    wrong: {
      kind: 'direction',
      name: 'One way',
      arrow: [
        [0.9, 0.5],
        [0.1, 0.5]
      ],
      toleranceDegrees: 30
    }
  }
  const scene = Scene.empty(rules)
  scene.walk(
    1,
    [
      [0.1, 0.6],
      [0.9, 0.6]
    ],
    2
  )
  scene.walk(
    2,
    [
      [0.5, 0.1],
      [0.5, 0.9]
    ],
    2
  )
  expect(scene.told).toEqual([])
  scene.walk(
    3,
    [
      [0.9, 0.6],
      [0.1, 0.6]
    ],
    2
  )
  scene.walk(
    1,
    [
      [0.9, 0.6],
      [0.5, 0.6],
      [0.9, 0.6],
      [0.5, 0.6]
    ],
    2
  )
  expect(scene.told).toEqual(['happened wrong 3', 'happened wrong 1', 'happened wrong 1'])
})

test('occupancy begins when too many have stayed for long enough, and ends as slowly', () => {
  const scene = Scene.empty({ full: { kind: 'occupancy', name: 'Lift', zone, max: 2, seconds: 3 } })
  const two = [inside(1), inside(2)]
  scene.watch(5, ...two)
  scene.watch(0.5, ...two, inside(3))
  scene.watch(5, ...two)
  expect(scene.told).toEqual([])
  scene.watch(4, ...two, inside(4), inside(5))
  expect(scene.events).toMatchObject([{ what: 'occupancy', phase: 'began', count: 4, durationMs: 3000 }])
  expect(scene.set.counts()).toEqual({ full: { inside: 4, ongoing: 1 } })
  // Tracks that are lost are counted until they are taken for gone.
  scene.watch(4, ...two)
  expect(scene.told).toEqual(['began full'])
  scene.watch(2, ...two)
  expect(scene.told).toEqual(['began full', 'ended full'])
})

test('a count that hovers at the limit is told once', () => {
  const scene = Scene.empty({ full: { kind: 'occupancy', name: 'Lift', zone, max: 2, seconds: 2, inertiaFrames: 1 } })
  const three = [inside(1), inside(2), inside(3)]
  scene.watch(4, ...three)
  for (let i = 0; i < 200; i++) {
    scene.watch(0.5, inside(1), inside(2), inside(3, { at: [0.1, 0.6] }))
    scene.watch(0.5, ...three)
  }
  expect(scene.told).toEqual(['began full'])
})

test('occupancy with a minimum begins when a post is left, and absence when nobody is there', () => {
  const scene = Scene.empty({
    post: { kind: 'occupancy', name: 'Post', zone, min: 1, seconds: 5 },
    nobody: { kind: 'absence', name: 'Post', zone, seconds: 10 }
  })
  scene.watch(2, inside(1))
  expect(scene.told).toEqual([])
  scene.watch(8)
  expect(scene.told).toEqual(['began post'])
  scene.watch(6)
  expect(scene.told).toEqual(['began post', 'began nobody'])
  scene.watch(1, inside(2))
  expect(scene.told.at(-1)).toBe('ended nobody')
  expect(scene.events.at(-1)!.durationMs).toBeGreaterThan(10_000)
})

test('a camera that shows nothing does not show that nobody is there', () => {
  const scene = Scene.empty({ nobody: { kind: 'absence', name: 'Post', zone, seconds: 10 } })
  scene.watch(4)
  scene.ms += 3_600_000
  scene.watch(9)
  expect(scene.told).toEqual([])
  scene.watch(2)
  expect(scene.told).toEqual(['began nobody'])
})

test('speed is measured on the ground, and told from when it is too high to when it is not', () => {
  // The whole picture is 100 m wide and 50 m deep.
  const plane = {
    points: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1]
    ] as Point[],
    metres: [
      [0, 0],
      [100, 0],
      [100, 50],
      [0, 50]
    ] as [number, number][]
  }
  const scene = Scene.empty({ fast: { kind: 'speed', name: 'Street', plane, aboveKmh: 50 } })
  // 80 m in 8 s are 36 km/h, in 4 s 72 km/h.
  scene.walk(
    1,
    [
      [0.1, 0.5],
      [0.9, 0.5]
    ],
    8
  )
  expect(scene.told).toEqual([])
  scene.walk(
    2,
    [
      [0.1, 0.5],
      [0.9, 0.5]
    ],
    4
  )
  scene.watch(3)
  expect(scene.told).toEqual(['began fast 2', 'ended fast 2'])
  for (const { speedKmh } of scene.events) expect(Math.abs(speedKmh! - 72)).toBeLessThan(2)
  scene.walk(
    3,
    [
      [0.5, 0.1],
      [0.5, 0.9]
    ],
    2
  )
  scene.watch(3)
  expect(scene.events.at(-1)).toMatchObject({ phase: 'ended', track: 3, speedKmh: 72 })
})

test('speed in perspective is that of the ground, near and far', () => {
  // A road that narrows to the top: 10 m wide and 60 m long.
  const plane = {
    points: [
      [0.4, 0.2],
      [0.6, 0.2],
      [0.9, 0.9],
      [0.1, 0.9]
    ] as Point[],
    metres: [
      [0, 60],
      [10, 60],
      [10, 0],
      [0, 0]
    ] as [number, number][]
  }
  const scene = Scene.empty({ fast: { kind: 'speed', name: 'Road', plane, aboveKmh: 20 } })
  // Along the middle: in the picture the far half of the way is the shorter one. 8 m/s are 28.8 km/h.
  const along = (metres: number): [number, number] => {
    const nearWidth = 0.8
    const farWidth = 0.2
    const depth = metres / 60
    const share = (depth * (1 / farWidth)) / (depth / farWidth + (1 - depth) / nearWidth)
    return [0.5, 0.9 - 0.7 * share * 1]
  }
  for (let metres = 2; metres < 58; metres += 0.8) scene.frame({ track: 1, at: along(metres), size: [0.02, 0.02] })
  scene.watch(3)
  expect(scene.told).toEqual(['began fast 1', 'ended fast 1'])
  for (const { speedKmh } of scene.events) expect(Math.abs(speedKmh! - 28.8)).toBeLessThan(1.5)
})

test('a rule is only about its classes, its sizes, and who is sure enough', () => {
  const entered = { kind: 'zone-entered', name: 'Yard', zone } as const
  const scene = Scene.empty({
    cars: { ...entered, classes: ['car'] },
    sure: { ...entered, minConfidence: 0.9 },
    large: { ...entered, size: { minWidth: 0.2, maxAspect: 2 } },
    off: { ...entered, enabled: false },
    unknown: { ...entered, classes: ['zebra'] }
  })
  scene.watch(1, inside(1), inside(2, { label: 'car' }))
  scene.watch(1, inside(3, { confidence: 0.95 }), inside(4, { size: [0.3, 0.1] }), inside(5, { size: [0.3, 0.3] }))
  expect(scene.told).toEqual(['happened cars 2', 'happened sure 3', 'happened large 5'])
})

test('objects under a mask are not looked at, those of other classes are', () => {
  const points: Point[] = [
    [0.45, 0.5],
    [0.7, 0.5],
    [0.7, 0.7],
    [0.45, 0.7]
  ]
  const scene = Scene.empty(
    { in: { kind: 'zone-entered', name: 'Yard', zone } },
    { objects: [{ points, classes: ['person'] }] }
  )
  scene.watch(1, inside(1), inside(2, { label: 'car' }), { track: 3, at: [0.5, 0.8] })
  expect(scene.told).toEqual(['happened in 2', 'happened in 3'])
})

test('rules change while tracks are there: what stays goes on, what goes ends, what is new tells only news', () => {
  const stays = { kind: 'loitering', name: 'Yard', zone, seconds: 5 } as const
  const scene = Scene.empty({ a: stays, b: stays })
  scene.watch(8, inside(1))
  expect(scene.told).toEqual(['began a 1', 'began b 1'])
  scene.set.set({
    a: { ...stays },
    c: { kind: 'zone-entered', name: 'Yard', zone },
    d: { kind: 'zone-left', name: 'Yard', zone }
  })
  expect(scene.told).toEqual(['began a 1', 'began b 1', 'ended b 1'])
  scene.watch(8, inside(1))
  scene.walk(2, [
    [0.1, 0.6],
    [0.6, 0.6]
  ])
  expect(scene.told.slice(3)).toEqual(['happened c 2'])
  scene.set.set({})
  expect(scene.told.slice(4)).toEqual(['ended a 1'])
  expect(scene.set.counts()).toEqual({})
})

test('a clock that is set back ends nothing and begins nothing anew', () => {
  const scene = Scene.empty({ stays: { kind: 'loitering', name: 'Yard', zone, seconds: 5 } })
  scene.watch(8, inside(1))
  scene.ms -= 3_600_000
  scene.watch(8, inside(1))
  expect(scene.told).toEqual(['began stays 1'])
  scene.walk(1, [
    [0.51, 0.6],
    [0.1, 0.6]
  ])
  expect(scene.told).toEqual(['began stays 1', 'ended stays 1'])
  expect(scene.events[1]!.durationMs! / 1000).toBeGreaterThan(15)
  expect(scene.events[1]!.durationMs! / 1000).toBeLessThan(18)
})

test('more tracks than there is room for are left out and counted; all others go on', () => {
  const scene = Scene.empty({ in: { kind: 'zone-entered', name: 'Yard', zone } })
  const crowd = Array.from({ length: TRACK_LIMIT + 10 }, (_, i): Thing => ({ track: i + 1, at: [0.6, 0.6] }))
  scene.watch(1, ...crowd)
  expect(scene.events).toHaveLength(TRACK_LIMIT)
  expect(scene.set.refused).toBe(100)
  scene.watch(3)
  scene.watch(1, { track: 9999, at: [0.6, 0.6] })
  expect(scene.told.at(-1)).toBe('happened in 9999')
})

test('every event is one that the protocol knows', () => {
  const scene = Scene.empty({
    in: { kind: 'zone-entered', name: 'Yard', zone },
    stays: { kind: 'loitering', name: 'Yard', zone, seconds: 1 },
    gate: {
      kind: 'line-crossed',
      name: 'Gate',
      line: [
        [0.3, 0],
        [0.3, 1]
      ]
    },
    few: { kind: 'occupancy', name: 'Yard', zone, max: 0, seconds: 1 }
  })
  scene.walk(
    1,
    [
      [-0.05, 1.1],
      [0.6, 0.6]
    ],
    2
  )
  scene.watch(3, inside(1))
  expect(new Set(scene.events.map(({ rule }) => rule)).size).toBe(4)
  for (const { severity: _, ...event } of scene.events) expect(() => check(RuleEvent, event, 'event')).not.toThrow()
})
