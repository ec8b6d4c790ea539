/** What the box tells people of its rules' events and of its own troubles, and what of it was held back and why. */
import Type, { type Static } from 'typebox'
import { Credential } from './camera.ts'
import { Count, Id, Name, Text, Time, Ulid } from './scalars.ts'
import { Severity } from './severity.ts'

const closed = { additionalProperties: false }
const Seconds = Type.Number({ minimum: 0, maximum: 86_400 })

/**
 * suspended: alerts were switched off until a time. debounce: it was over too soon to be one. throttle: the same was told
 * a short while ago. burst: too many of one camera at once. rate: too many in this minute. grouped: told within another
 * alert. full: more waited than the box keeps.
 */
export const HeldReason = Type.Union([
  Type.Literal('suspended'),
  Type.Literal('debounce'),
  Type.Literal('throttle'),
  Type.Literal('burst'),
  Type.Literal('rate'),
  Type.Literal('grouped'),
  Type.Literal('full')
])
export type HeldReason = Static<typeof HeldReason>

/** How many alerts were held back, by reason; a reason that held none is absent. */
export const HeldBack = Type.Object({
  suspended: Type.Optional(Count),
  debounce: Type.Optional(Count),
  throttle: Type.Optional(Count),
  burst: Type.Optional(Count),
  rate: Type.Optional(Count),
  grouped: Type.Optional(Count),
  full: Type.Optional(Count)
})
export type HeldBack = Static<typeof HeldBack>

const Key = {
  /** Absent: it is about the whole box. */
  camera: Type.Optional(Id),
  /**
   * Of an alert about the box itself: `camera-down`, `engine-falls`, `level-FIGURE`, and the same with `-over` when that
   * has come to an end.
   */
  rule: Id,
  /** The name people gave the rule. */
  name: Name,
  label: Type.Optional(Name)
}

/** It went to the box's handlers. */
export const AlertSent = Type.Object({
  kind: Type.Literal('alert.sent'),
  /** Also the key by which a receiver knows that it has it already. */
  alert: Ulid,
  ...Key,
  /** In words. */
  message: Text,
  /** Other alerts that it tells as well. */
  grouped: Count,
  /** Of the same camera, rule and label, since they were told last. */
  held: HeldBack
})
export type AlertSent = Static<typeof AlertSent>

/** Alerts of one camera (or the box), rule and label that went to nobody, and were not told yet. */
export const AlertHeld = Type.Object({
  kind: Type.Literal('alert.held'),
  ...Key,
  held: HeldBack,
  from: Time,
  until: Time
})
export type AlertHeld = Static<typeof AlertHeld>

/** When an alert goes out. What is absent is as in the box's own settings. */
export const AlertLimits = Type.Object(
  {
    enabled: Type.Optional(Type.Boolean()),
    /** After one was sent, the same again is held back for so long, unless it is graver. */
    throttleS: Type.Optional(Seconds),
    /** Of one camera, so many at most in so many seconds. */
    burstThreshold: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    burstS: Type.Optional(Seconds),
    /** Of the whole box. Those that are graver do not count the others. */
    maxPerMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    /** What begins and is over again sooner is no alert. */
    debounceS: Type.Optional(Seconds),
    /** Alerts of one camera within so many seconds go out as one. 0: each by itself. */
    groupS: Type.Optional(Type.Number({ minimum: 0, maximum: 3600 })),
    /** Until then none goes out, however grave. */
    suspendUntil: Type.Optional(Time)
  },
  closed
)
export type AlertLimits = Static<typeof AlertLimits>

/** Where neither the console nor the box's own settings say otherwise. */
export const defaultAlertLimits = {
  enabled: true,
  throttleS: 60,
  burstThreshold: 3,
  burstS: 10,
  maxPerMinute: 10,
  debounceS: 1,
  groupS: 0
} as const satisfies AlertLimits

export const Alerts = Type.Object(
  {
    ...AlertLimits.properties,
    /** Beside the handlers in the box's own settings. */
    webhook: Type.Optional(
      Type.Object(
        {
          url: Type.String({
            pattern: '^https?://[^@\\s/]+(/\\S*)?$',
            maxLength: 2000,
            description: 'http:// or https:// without user and password'
          }),
          /** The secret that signs is its password. */
          credential: Type.Optional(Credential),
          /** Alerts that are less grave do not go there. Absent: all go. */
          minSeverity: Type.Optional(Severity),
          /** Absent: with the picture. */
          picture: Type.Optional(Type.Boolean())
        },
        closed
      )
    )
  },
  closed
)
export type Alerts = Static<typeof Alerts>

/** `up/health`: alerts since the box began to count. raised = sent + all that is held + waiting. */
export const AlertCounts = Type.Object({
  raised: Count,
  sent: Count,
  waiting: Count,
  held: HeldBack,
  /** By the name of the handler. */
  handlers: Type.Record(
    Type.String({ pattern: '^[^\\u0000]{1,200}$' }),
    Type.Object({
      delivered: Count,
      /** Given up: refused for good, or not delivered in time. */
      failed: Count,
      /** Thrown away because too many waited. */
      dropped: Count,
      waiting: Count,
      /** Why the last try failed, in words; empty when it did not. */
      trouble: Text
    })
  )
})
export type AlertCounts = Static<typeof AlertCounts>
