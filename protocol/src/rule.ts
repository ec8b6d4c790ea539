/**
 * What is watched for in the tracks of a camera (design 2.6). Geometry is normalised: [x, y], 0 … 1 from the top left
 * corner. An object is where the middle of the lower edge of its box is. What a schema cannot say (sides that cross, a
 * time zone that there is not) is checked by `checkRules` of the rules package.
 */
import Type, { type Static } from 'typebox'
import { ById, Count, Fraction, Name } from './scalars.ts'
import { Severity } from './severity.ts'

const closed = { additionalProperties: false }

export const Point = Type.Tuple([Fraction, Fraction])
export type Point = Static<typeof Point>
export const Polygon = Type.Array(Point, { minItems: 3, maxItems: 64 })
export type Polygon = Static<typeof Polygon>
/** From the first point to the second. */
export const Arrow = Type.Tuple([Point, Point])
export type Arrow = Static<typeof Arrow>

const Day = Type.Union([
  Type.Literal('mon'),
  Type.Literal('tue'),
  Type.Literal('wed'),
  Type.Literal('thu'),
  Type.Literal('fri'),
  Type.Literal('sat'),
  Type.Literal('sun')
])
export type Day = Static<typeof Day>
const TimeOfDay = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'a time of day such as 08:30' })

/** When a rule is in force, by the clocks on the walls of a time zone. */
export const Schedule = Type.Object(
  {
    zone: Type.String({
      pattern: '^[A-Za-z0-9_+/-]{1,64}$',
      description: 'an IANA time zone such as Europe/Berlin'
    }),
    /** `to` is the first minute after. At or before `from`: of the day after the one named, so 00:00 to 00:00 is a day. */
    hours: Type.Array(
      Type.Object({ days: Type.Array(Day, { minItems: 1, maxItems: 7 }), from: TimeOfDay, to: TimeOfDay }, closed),
      { minItems: 1, maxItems: 32 }
    )
  },
  closed
)
export type Schedule = Static<typeof Schedule>

/** Of an object's box, in shares of the picture's width and height. Aspect is the one divided by the other. */
export const SizeFilter = Type.Object(
  {
    minWidth: Type.Optional(Fraction),
    maxWidth: Type.Optional(Fraction),
    minHeight: Type.Optional(Fraction),
    maxHeight: Type.Optional(Fraction),
    minAspect: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
    maxAspect: Type.Optional(Type.Number({ minimum: 0, maximum: 100 }))
  },
  closed
)
export type SizeFilter = Static<typeof SizeFilter>

const common = {
  name: Name,
  /** Absent: true. */
  enabled: Type.Optional(Type.Boolean()),
  /** Of its events. Absent: info. */
  severity: Type.Optional(Severity),
  /** Labels that it is about. Absent or empty: all. */
  classes: Type.Optional(Type.Array(Name, { maxItems: 500 })),
  /** Of the surest look at a track so far. Absent: 0. */
  minConfidence: Type.Optional(Fraction),
  size: Type.Optional(SizeFilter),
  /** Absent: always. */
  schedule: Type.Optional(Schedule)
}

/** So many frames in a row until an object counts as inside, or as outside again. Absent: 3. */
const inertia = { inertiaFrames: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) }
const Seconds = Type.Number({ minimum: 0, maximum: 86_400 })
const inZone = { zone: Polygon, ...inertia }
/** Absent: the whole picture. */
const inZoneOrPicture = { zone: Type.Optional(Polygon), ...inertia }

/** Told once for each track. */
const ZoneEntered = Type.Object({ kind: Type.Literal('zone-entered'), ...common, ...inZone }, closed)
const ZoneLeft = Type.Object({ kind: Type.Literal('zone-left'), ...common, ...inZone }, closed)
/** Begins when a track has been inside for so long, and ends when it leaves. */
const Loitering = Type.Object({ kind: Type.Literal('loitering'), ...common, ...inZone, seconds: Seconds }, closed)
/** Told when a track leaves that was inside for at least so long: how long it was. */
const Dwell = Type.Object({ kind: Type.Literal('dwell'), ...common, ...inZone, seconds: Seconds }, closed)

/** Seen along the line, `in` is from its left to its right: downwards for a line drawn from left to right. */
const LineCrossed = Type.Object(
  {
    kind: Type.Literal('line-crossed'),
    ...common,
    line: Arrow,
    /** Which crossings are told; all are counted. Absent: both. */
    direction: Type.Optional(Type.Union([Type.Literal('both'), Type.Literal('in'), Type.Literal('out')])),
    /** An object is over when it is so far from the line: jitter on it is no crossing. Absent: 0.01. */
    hysteresis: Type.Optional(Type.Number({ minimum: 0, maximum: 0.5 }))
  },
  closed
)

/** A track moves as the arrow does. */
const Direction = Type.Object(
  {
    kind: Type.Literal('direction'),
    ...common,
    ...inZoneOrPicture,
    arrow: Arrow,
    /** To either side of the arrow. Absent: 45. */
    toleranceDegrees: Type.Optional(Type.Number({ minimum: 1, maximum: 179 })),
    /** How far a track must have come for its direction to be known. Absent: 0.1. */
    distance: Type.Optional(Type.Number({ minimum: 0.01, maximum: 1 }))
  },
  closed
)

/** Fewer than `min` or more than `max` objects for so long; ends when there are as many as may be for as long. */
const Occupancy = Type.Object(
  {
    kind: Type.Literal('occupancy'),
    ...common,
    ...inZoneOrPicture,
    min: Type.Optional(Count),
    max: Type.Optional(Count),
    seconds: Seconds
  },
  closed
)
/** Nothing is there for so long; ends when something is. */
const Absence = Type.Object({ kind: Type.Literal('absence'), ...common, ...inZoneOrPicture, seconds: Seconds }, closed)

const Metres = Type.Number({ minimum: -100_000, maximum: 100_000 })
/** Four points of the ground in the picture, and where they are on the ground. */
export const Plane = Type.Object(
  {
    points: Type.Array(Point, { minItems: 4, maxItems: 4 }),
    metres: Type.Array(Type.Tuple([Metres, Metres]), { minItems: 4, maxItems: 4 })
  },
  closed
)
export type Plane = Static<typeof Plane>
/** Begins when a track is faster and ends when it is not. Measured inside the zone; absent: between the four points. */
const Speed = Type.Object(
  {
    kind: Type.Literal('speed'),
    ...common,
    ...inZoneOrPicture,
    plane: Plane,
    aboveKmh: Type.Number({ exclusiveMinimum: 0, maximum: 1000 })
  },
  closed
)

export const Rule = Type.Union([
  ZoneEntered,
  ZoneLeft,
  Loitering,
  Dwell,
  LineCrossed,
  Direction,
  Occupancy,
  Absence,
  Speed
])
export type Rule = Static<typeof Rule>
export type RuleOf<K extends RuleKind> = Extract<Rule, { kind: K }>

export const RuleKind = Type.Union([
  Type.Literal('zone-entered'),
  Type.Literal('zone-left'),
  Type.Literal('loitering'),
  Type.Literal('dwell'),
  Type.Literal('line-crossed'),
  Type.Literal('direction'),
  Type.Literal('occupancy'),
  Type.Literal('absence'),
  Type.Literal('speed')
])
export type RuleKind = Static<typeof RuleKind>

export const Rules = ById(Rule)
export type Rules = Static<typeof Rules>

/** Parts of the picture that are left out. */
export const Masks = Type.Object(
  {
    /** Objects there are not looked at by any rule. `classes` absent or empty: of all classes. */
    objects: Type.Optional(
      Type.Array(
        Type.Object({ points: Polygon, classes: Type.Optional(Type.Array(Name, { maxItems: 500 })) }, closed),
        { maxItems: 64 }
      )
    ),
    /** What moves there does not count as motion (`detection.motion: auto`). */
    motion: Type.Optional(Type.Array(Polygon, { maxItems: 64 }))
  },
  closed
)
export type Masks = Static<typeof Masks>
