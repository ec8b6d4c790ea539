import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Polygon } from './polygon.ts'
import { faultOfPolygon } from './polygon_fault.ts'
import { somePolygon } from './testing/some_polygon.ts'

const place = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))

test('an L holds what is in both of its arms and not what is in its notch', () => {
  const ell = new Polygon([
    [0.1, 0.1],
    [0.5, 0.1],
    [0.5, 0.5],
    [0.9, 0.5],
    [0.9, 0.9],
    [0.1, 0.9]
  ])
  expect(ell.contains(0.3, 0.2)).toBe(true)
  expect(ell.contains(0.8, 0.7)).toBe(true)
  expect(ell.contains(0.8, 0.3)).toBe(false)
  expect(ell.contains(0.05, 0.5)).toBe(false)
})

test('a polygon holds the same points wherever its vertices begin and whichever way they go round', () => {
  fc.assert(
    fc.property(somePolygon, fc.nat(), fc.array(place, { minLength: 1, maxLength: 20 }), (points, by, places) => {
      const shift = by % points.length
      const rotated = [...points.slice(shift), ...points.slice(0, shift)]
      // Its own corners are the places where rounding would show first.
      for (const [x, y] of [...places, ...points]) {
        const isInside = new Polygon(points).contains(x, y)
        expect(new Polygon(rotated).contains(x, y)).toBe(isInside)
        expect(new Polygon(rotated.toReversed()).contains(x, y)).toBe(isInside)
      }
    })
  )
})

test('two polygons that share a side hold every point of both once', () => {
  fc.assert(
    fc.property(
      place,
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      (at, top, bottom) => {
        const left = new Polygon([
          [0, 0],
          [top, 0],
          [bottom, 1],
          [0, 1]
        ])
        const right = new Polygon([
          [top, 0],
          [1, 0],
          [1, 1],
          [bottom, 1]
        ])
        const [x, y] = [at[0] * 0.999, at[1] * 0.999]
        expect(Number(left.contains(x, y)) + Number(right.contains(x, y))).toBe(1)
      }
    )
  )
})

test('finds no fault with polygons that go round a middle', () => {
  fc.assert(fc.property(somePolygon, (points) => void expect(faultOfPolygon(points)).toBeNull()))
})

test.each([
  [
    'a bow tie',
    [
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 1]
    ],
    { point: 2, expected: expect.stringContaining('from point 3 to 4 crosses the one from point 1 to 2: move point 3') }
  ],
  [
    'one point twice',
    [
      [0, 0],
      [1, 0],
      [1, 0],
      [0, 1]
    ],
    { point: 2, expected: 'point 3 to lie elsewhere than point 2' }
  ],
  [
    'a thorn',
    [
      [0, 0],
      [0.5, 0],
      [1, 0],
      [0.5, 0],
      [0.5, 1]
    ],
    { point: 2, expected: 'the sides at point 3 not to lie on each other' }
  ],
  [
    'a corner on a side',
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0.5, 0],
      [0, 1]
    ],
    { point: 2, expected: expect.stringContaining('move point 3') }
  ]
] as [string, [number, number][], object][])('names the point at which %s goes wrong', (_, points, fault) => {
  expect(faultOfPolygon(points)).toEqual(fault)
})
