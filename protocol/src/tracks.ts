/** `up/tracks`: once a second, per changed track its points since the last message, thinned (design 2.7). */
import Type, { type Static } from 'typebox'
import { Count, Fraction, Id, Name, Time, Version } from './scalars.ts'

/** [milliseconds after `from`, left, top, width, height], normalised 0 … 1. */
export const TrackPoint = Type.Tuple([Count, Fraction, Fraction, Fraction, Fraction])
export type TrackPoint = Static<typeof TrackPoint>

export const Tracks = Type.Object({
  v: Version,
  from: Time,
  tracks: Type.Array(
    Type.Object({
      camera: Id,
      track: Count,
      label: Name,
      confidence: Fraction,
      /** Linear interpolation between points errs less than 0.002 of the frame. */
      points: Type.Array(TrackPoint, { minItems: 1 })
    })
  )
})
export type Tracks = Static<typeof Tracks>
