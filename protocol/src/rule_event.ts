/** What a rule has seen, as `up/events` tells it, and what it counts, as `up/health` does. */
import Type, { type Static } from 'typebox'
import { RuleKind } from './rule.ts'
import { Count, Fraction, Id, Name, Time } from './scalars.ts'

export const RuleEvent = Type.Object({
  kind: Type.Literal('rule'),
  camera: Id,
  /** Its key in the camera's `rules`. */
  rule: Id,
  name: Name,
  what: RuleKind,
  /**
   * happened: at one moment (entered, left, crossed, moved in the direction, dwelt).
   * began, ended: of what lasts (loitering, occupancy, absence, speed). Each that began ends, with the same rule and track.
   */
  phase: Type.Union([Type.Literal('happened'), Type.Literal('began'), Type.Literal('ended')]),
  /** Capture time of the frame that showed it. */
  seenAt: Time,
  /** The object, if it is about one: as in `track.began`. */
  track: Type.Optional(Count),
  label: Type.Optional(Name),
  confidence: Type.Optional(Fraction),
  /** Left, top, width, height, 0 … 1. */
  box: Type.Optional(Type.Tuple([Fraction, Fraction, Fraction, Fraction])),
  /** Of a crossing. */
  direction: Type.Optional(Type.Union([Type.Literal('in'), Type.Literal('out')])),
  /** Of a crossing: how many of this label have crossed in this direction by now. Of occupancy: objects inside. */
  count: Type.Optional(Count),
  /** How long it lasted: inside of the zone, or from began to ended. */
  durationMs: Type.Optional(Count),
  /** When it began: as measured. When it ended: the highest. */
  speedKmh: Type.Optional(Type.Number({ minimum: 0 }))
})
export type RuleEvent = Static<typeof RuleEvent>

/** Since the box began to count; what a kind of rule does not count is absent. */
export const RuleCounts = Type.Object({
  /** Objects inside now. */
  inside: Type.Optional(Count),
  /** What began and has not ended. */
  ongoing: Type.Optional(Count),
  crossed: Type.Optional(Type.Array(Type.Object({ label: Name, in: Count, out: Count })))
})
export type RuleCounts = Static<typeof RuleCounts>
