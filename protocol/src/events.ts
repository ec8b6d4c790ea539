/** `up/events`: what happened. Stored on the box before it is sent, numbered, receipted: nothing is lost (design 2.9). */
import Type, { type Static } from 'typebox'
import { AlertHeld, AlertSent } from './alert.ts'
import { CameraState } from './camera.ts'
import { HealthLevel } from './health.ts'
import { ModelState, ReportedStrategy } from './reported.ts'
import { RuleEvent } from './rule_event.ts'
import { ById, Count, Fraction, Id, Name, Text, Time, Ulid, Version } from './scalars.ts'
import { Severity } from './severity.ts'
import { TrackAttributes } from './tracks.ts'

const Box = Type.Tuple([Fraction, Fraction, Fraction, Fraction])

const Track = {
  camera: Id,
  /** Unique per camera and spool. */
  track: Count,
  label: Name,
  confidence: Fraction,
  attributes: TrackAttributes,
  /** Left, top, width, height, 0 … 1. */
  box: Box
}

/** What an event tells, by kind. */
export const EventBody = Type.Union([
  Type.Object({ kind: Type.Literal('track.began'), ...Track }),
  Type.Object({ kind: Type.Literal('track.ended'), ...Track, durationMs: Count }),
  RuleEvent,
  AlertSent,
  AlertHeld,
  Type.Object({ kind: Type.Literal('camera.state'), camera: Id, state: CameraState, was: CameraState, reason: Text }),
  Type.Object({ kind: Type.Literal('model.state'), model: Id, version: Name, state: ModelState, reason: Text }),
  Type.Object({
    kind: Type.Literal('strategy.state'),
    strategy: Id,
    state: ReportedStrategy.properties.state,
    reason: Text
  }),
  Type.Object({ kind: Type.Literal('engine.restarted'), reason: Text, restarts: Count }),
  /** Another pipeline (model, tracker, size) took over from the one before. */
  Type.Object({
    kind: Type.Literal('pipeline.switched'),
    /** Name and version of its model; null decodes only. */
    model: Type.Union([Name, Type.Null()]),
    /** It was built beside the old one; false: after the old one had ended. */
    beside: Type.Boolean(),
    /** Capture time between the last frame of the old one and the first of the new, in milliseconds. */
    gapsMs: ById(Count),
    /** Cameras that had frames before and have had none since. */
    missing: Type.Array(Id)
  }),
  /** One that was built beside the pipeline that runs could not start, or fell. The one that runs goes on. */
  Type.Object({ kind: Type.Literal('pipeline.fell'), reason: Text }),
  /**
   * The box gave something up because it was too slow, or took it back: every how manieth frame is analysed now, and of
   * how many a second of each camera at most (absent: of as many as were asked for). What else it gave up is in `reason`.
   */
  Type.Object({
    kind: Type.Literal('analysis.adapted'),
    everyNth: Type.Integer({ minimum: 1 }),
    maxFps: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    reason: Text
  }),
  /** A figure of the box (`cpu`, `disk`, `camera door`) is beyond its limit, or back. Empty reason: it is well again. */
  Type.Object({ kind: Type.Literal('health.level'), figure: Name, level: HealthLevel, was: HealthLevel, reason: Text }),
  /** Given up to make room on the disk: old logs, records of crashes, models and engines that are not used. */
  Type.Object({ kind: Type.Literal('disk.freed'), bytes: Count, reason: Text }),
  /** The wall clock of the box was set: `at` of events before this one was off by as much. */
  Type.Object({ kind: Type.Literal('clock.jumped'), byMs: Type.Integer(), reason: Text }),
  Type.Object({ kind: Type.Literal('desired.applied'), rev: Count }),
  Type.Object({ kind: Type.Literal('desired.refused'), rev: Count, reason: Text }),
  Type.Object({ kind: Type.Literal('agent.started'), agentVersion: Name }),
  /** Given up because the spool was full or too old: how many, by severity. */
  Type.Object({ kind: Type.Literal('spool.dropped'), dropped: Count, reason: Text })
])
export type EventBody = Static<typeof EventBody>
export type EventKind = EventBody['kind']

const Numbering = Type.Object({
  /** 1 … N within its spool, without a gap; given in the transaction that stored it. */
  n: Type.Integer({ minimum: 1 }),
  at: Time,
  /**
   * By how much `at` may be off, in milliseconds; null: nobody keeps the box's clock, or it does not tell. Absent from
   * boxes that do not know the field.
   */
  uncertaintyMs: Type.Optional(Type.Union([Type.Number({ minimum: 0 }), Type.Null()])),
  severity: Severity
})

export const Event = Type.Intersect([Numbering, EventBody])
export type Event = Static<typeof Event>

export const Events = Type.Object({
  v: Version,
  /** The spool's id: a box with a new disk begins a new count. */
  spool: Ulid,
  events: Type.Array(Event, { minItems: 1, maxItems: 64 })
})
export type Events = Static<typeof Events>

/** `dn/receipt`: what the console has committed, as closed ranges of numbers. */
export const Receipt = Type.Object({
  v: Version,
  spool: Ulid,
  ranges: Type.Array(Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1 })]), {
    minItems: 1,
    maxItems: 64
  })
})
export type Receipt = Static<typeof Receipt>
