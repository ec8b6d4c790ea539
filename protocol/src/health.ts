/** `up/health`: every 10 s, best effort. A value that the machine does not tell is null, never 0. */
import Type, { type Static } from 'typebox'
import { AlertCounts } from './alert.ts'
import { RuleCounts } from './rule_event.ts'
import { ById, Count, Fraction, Name, Percent, Text, Time, Version } from './scalars.ts'

const Maybe = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Positive = Type.Number({ minimum: 0 })

export const CameraHealth = Type.Object({
  /** Decoded and analysed frames a second since the last message. */
  fps: Positive,
  analysedFps: Positive,
  /** Capture to packed metadata, milliseconds. */
  latencyMsP50: Maybe(Positive),
  latencyMsP99: Maybe(Positive),
  lastFrameAgeMs: Maybe(Positive),
  dropped: Count,
  bitsPerSecond: Positive,
  /** RTSP: how long the connection waits for late packets, and how many came later still, since it was made. */
  jitterBufferMs: Type.Optional(Maybe(Positive)),
  packetsLate: Type.Optional(Count),
  /** Objects per analysed frame since the last message. */
  objectsPerFrame: Positive,
  /** How far the camera's clock is ahead of the box's, milliseconds; absent where the camera does not tell its time. */
  clockAheadMs: Type.Optional(Type.Integer()),
  /** By rule. */
  rules: Type.Optional(ById(RuleCounts))
})
export type CameraHealth = Static<typeof CameraHealth>

/** A second model on the same frames, since it was switched in. Boxes of one class with an IoU of 0.5 or more agree. */
export const ModelComparison = Type.Object({
  /** Name and version of the compared one. */
  model: Name,
  /** Frames that both have looked at. */
  frames: Count,
  /** Of the objects of the model in charge, the share that the compared one found too; and of its own, back. */
  agreement: Maybe(Fraction),
  agreementBack: Maybe(Fraction),
  /** Mean overlap of those that agree. */
  iouMean: Maybe(Fraction),
  /** Objects by label: of the model in charge, of the compared one, and of both. */
  classes: Type.Array(Type.Object({ label: Name, inCharge: Count, compared: Count, both: Count })),
  /** Time of one inference of each, milliseconds. */
  inferMs: Type.Object({ inCharge: Maybe(Positive), compared: Maybe(Positive) }),
  /** Resident memory of the engine before it compared; `engineRssBytes` is what it has now. */
  engineRssBytesBefore: Maybe(Count)
})
export type ModelComparison = Static<typeof ModelComparison>

/** ok: not told. warn: somebody should know. bad: somebody should come. */
export const HealthLevel = Type.Union([Type.Literal('ok'), Type.Literal('warn'), Type.Literal('bad')])
export type HealthLevel = Static<typeof HealthLevel>

/** Of a detection strategy, since the agent began. */
export const StrategyHealth = Type.Object({
  /** Frames a second that it has looked at since the last message, and how long it took with one. */
  fps: Positive,
  lookMs: Maybe(Positive),
  /** Frames thrown away because it was still busy or did not run, and those that it failed on. */
  dropped: Count,
  failed: Count,
  found: Count
})
export type StrategyHealth = Static<typeof StrategyHealth>

/** A figure (`cpu`, `disk`, `camera door`) that is beyond its limit. */
export const BeyondLimit = Type.Object({
  figure: Name,
  level: Type.Union([Type.Literal('warn'), Type.Literal('bad')]),
  /** What is wrong and what to do, in words. */
  reason: Text,
  /** Its last value and the limit of this level. These and what follows are absent from older boxes. */
  value: Type.Optional(Type.Number()),
  limit: Type.Optional(Type.Number()),
  unit: Type.Optional(Type.Union([Type.Literal('%'), Type.Literal('°C')])),
  /** When it came to this level. */
  since: Type.Optional(Time),
  /** What to do. */
  remedy: Type.Optional(Text)
})
export type BeyondLimit = Static<typeof BeyondLimit>

export const Health = Type.Object({
  v: Version,
  at: Time,
  uptimeS: Count,
  cpuPercent: Maybe(Percent),
  /** One-minute load average divided by the number of cores. */
  loadPerCore: Maybe(Positive),
  memoryUsedBytes: Maybe(Count),
  memoryTotalBytes: Maybe(Count),
  agentRssBytes: Count,
  engineRssBytes: Maybe(Count),
  diskUsedBytes: Maybe(Count),
  diskTotalBytes: Maybe(Count),
  /** Hottest thermal zone. */
  temperatureC: Maybe(Type.Number()),
  gpu: Type.Array(
    Type.Object({
      name: Type.String(),
      percent: Maybe(Percent),
      memoryUsedBytes: Maybe(Count),
      memoryTotalBytes: Maybe(Count),
      temperatureC: Maybe(Type.Number())
    })
  ),
  clock: Type.Object({ synchronised: Maybe(Type.Boolean()), uncertaintyMs: Maybe(Positive) }),
  /** Events stored and not yet receipted. */
  spoolWaiting: Count,
  /** Best-effort messages thrown away on the box since it connected (frames, tracks, previews, health). */
  dropped: Count,
  inferMs: Maybe(Positive),
  cameras: ById(CameraHealth),
  comparison: Type.Optional(ModelComparison),
  alerts: Type.Optional(AlertCounts),
  /** Figures beyond their limits (the box's settings), with what to do. Absent from boxes that do not look. */
  levels: Type.Optional(Type.Array(BeyondLimit)),
  strategies: Type.Optional(ById(StrategyHealth))
})
export type Health = Static<typeof Health>
