/** `up/tracks`: once a second, per changed track its points since the last message, thinned (design 2.7). */
import Type, { type Static } from 'typebox'
import { Count, Fraction, Id, Name, Time, Version } from './scalars.ts'

/** [milliseconds after `from`, left, top, width, height], normalised 0 … 1. */
export const TrackPoint = Type.Tuple([Count, Fraction, Fraction, Fraction, Fraction])
export type TrackPoint = Static<typeof TrackPoint>

/** What a secondary model says of a track as a whole: of one attribute, such as a colour, the label that most frames had. */
export const TrackAttribute = Type.Object({
  /** The model, as in `Attribute.stage` of frames.proto. */
  stage: Count,
  label: Name,
  /** Of all frames that it was looked at in, unsure ones counted less, the share that had this label. */
  confidence: Fraction
})
export type TrackAttribute = Static<typeof TrackAttribute>
/** Absent: nothing is said of it. */
export const TrackAttributes = Type.Optional(Type.Array(TrackAttribute, { minItems: 1, maxItems: 8 }))

export const Tracks = Type.Object({
  v: Version,
  from: Time,
  tracks: Type.Array(
    Type.Object({
      camera: Id,
      track: Count,
      label: Name,
      confidence: Fraction,
      attributes: TrackAttributes,
      /** Linear interpolation between points errs less than 0.002 of the frame. */
      points: Type.Array(TrackPoint, { minItems: 1 })
    })
  )
})
export type Tracks = Static<typeof Tracks>
