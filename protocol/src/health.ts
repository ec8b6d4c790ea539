/** `up/health`: every 10 s, best effort. A value that the machine does not tell is null, never 0. */
import Type, { type Static } from 'typebox'
import { ById, Count, Percent, Time, Version } from './scalars.ts'

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
  /** Objects per analysed frame since the last message. */
  objectsPerFrame: Positive
})
export type CameraHealth = Static<typeof CameraHealth>

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
  cameras: ById(CameraHealth)
})
export type Health = Static<typeof Health>
