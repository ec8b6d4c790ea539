/** Polygons as somebody might draw them: round a middle, so that no sides cross. */
import type { Point } from '@vedette/protocol'
import fc from 'fast-check'

export const somePolygon: fc.Arbitrary<Point[]> = fc
  .array(fc.record({ turn: fc.integer({ min: 0, max: 359 }), radius: fc.integer({ min: 10, max: 45 }) }), {
    minLength: 3,
    maxLength: 24
  })
  .map((corners) => {
    // No gap between neighbours reaches half a turn: the middle lies inside.
    const all = [...corners, { turn: 0, radius: 30 }, { turn: 120, radius: 30 }, { turn: 240, radius: 30 }]
    const unique = [...new Map(all.map((corner) => [corner.turn, corner])).values()]
    const sorted = unique.toSorted((a, b) => a.turn - b.turn)
    return sorted.map(({ turn, radius }): Point => {
      const angle = (turn * Math.PI) / 180
      return [0.5 + (radius / 100) * Math.cos(angle), 0.5 + (radius / 100) * Math.sin(angle)]
    })
  })
