/** Counters of the engine turned into what `up/health` says of each camera. Pure. */
import type { CameraHealth } from '@vedette/protocol'

/** The engine's counters of one source; they begin anew with it. */
export interface Counters {
  framesDecoded: number
  framesAnalysed: number
  framesDropped: number
  lastFrameAgeMs: number
  bitsPerSecond: number
  latencyMsP50: number
  latencyMsP99: number
  clockAheadMs: number | null
  packetsLate: number
  jitterBufferMs: number | null
}

export interface Look {
  atMs: number
  cameras: Record<string, Counters>
  /** Since the agent began. */
  objects: Record<string, number>
}

export function cameraHealth(before: Look | null, now: Look): Record<string, CameraHealth> {
  const seconds = before ? (now.atMs - before.atMs) / 1000 : 0
  return Object.fromEntries(
    Object.entries(now.cameras).map(([camera, counters]) => {
      const last = before?.cameras[camera]
      const analysed = grown(last?.framesAnalysed, counters.framesAnalysed)
      const objects = grown(before?.objects[camera], now.objects[camera] ?? 0)
      const health: CameraHealth = {
        fps: rate(grown(last?.framesDecoded, counters.framesDecoded), seconds),
        analysedFps: rate(analysed, seconds),
        latencyMsP50: known(counters.latencyMsP50),
        latencyMsP99: known(counters.latencyMsP99),
        lastFrameAgeMs: known(counters.lastFrameAgeMs),
        dropped: counters.framesDropped,
        bitsPerSecond: Math.max(0, Math.round(counters.bitsPerSecond)),
        objectsPerFrame: analysed > 0 ? Math.round((100 * objects) / analysed) / 100 : 0,
        ...(counters.clockAheadMs !== null && { clockAheadMs: Math.round(counters.clockAheadMs) }),
        ...(counters.jitterBufferMs !== null && {
          jitterBufferMs: counters.jitterBufferMs,
          packetsLate: counters.packetsLate
        })
      }
      return [camera, health]
    })
  )
}

/** A counter that fell has begun anew. */
function grown(before: number | undefined, now: number): number {
  return before === undefined || now < before ? now : now - before
}

function rate(count: number, seconds: number): number {
  return seconds > 0 ? Math.round((10 * count) / seconds) / 10 : 0
}

/** The engine says -1 for what it does not know. */
function known(value: number): number | null {
  return value < 0 ? null : Math.round(value * 10) / 10
}
