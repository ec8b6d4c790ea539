/**
 * How long the jitter buffer of an RTSP camera waits for late packets, where its settings leave that to the box. A picture
 * whose packets were thrown away is smeared until the next keyframe; one that waits longer is only later. Pure: the
 * counter of late packets goes in once a second. What is decided here the camera gets with its next connection.
 */
import { JITTER_BUFFER_MS } from '../channel/engine_config.ts'

export interface JitterBuffer {
  /** Of the next connection; of this one: null before the first. */
  nextMs: number
  currentMs: number | null
  /** The counter as it was seen last. */
  late: number
  /** When packets came late, in the last minute, and since when none has. */
  lateAt: readonly number[]
  quietSince: number
}

const STEPS_MS = [JITTER_BUFFER_MS, 500, 1000, 2000]
/** So many seconds of a minute with late packets are no accident. */
const REPEATEDLY = 3
const MINUTE_MS = 60_000
const QUIET_MS = 60 * MINUTE_MS

export function newBuffer(at: number): JitterBuffer {
  return { nextMs: JITTER_BUFFER_MS, currentMs: null, late: 0, lateAt: [], quietSince: at }
}

/** A connection is made, with `nextMs`: its counter begins at 0. */
export function connected(buffer: JitterBuffer): JitterBuffer {
  return { ...buffer, currentMs: buffer.nextMs, late: 0, lateAt: [] }
}

export function seenLate(before: JitterBuffer, late: number, at: number): JitterBuffer {
  const buffer = { ...before, late }
  // A counter that fell has begun anew.
  if (late > (late < before.late ? 0 : before.late)) return again(buffer, at)
  if (at - buffer.quietSince < QUIET_MS || buffer.nextMs !== buffer.currentMs) return buffer
  return { ...buffer, nextMs: neighbour(buffer.nextMs, -1), quietSince: at }
}

/** In words, what was decided; empty when nothing was. */
export function bufferWords(before: JitterBuffer, now: JitterBuffer): string {
  if (now.nextMs === before.nextMs) return ''
  const change = `its next connection gets ${now.nextMs} ms in place of ${before.nextMs} ms`
  if (now.nextMs < before.nextMs) return `for an hour no packet came too late for its jitter buffer: ${change}`
  return `packets come too late for its jitter buffer, ${now.late} since it connected, and its pictures smear: ${change}. Check its network; source.latencyMs sets the buffer for good`
}

function again(buffer: JitterBuffer, at: number): JitterBuffer {
  const lateAt = [...buffer.lateAt.filter((before) => at - before < MINUTE_MS), at]
  const seen = { ...buffer, lateAt, quietSince: at }
  // What was raised is first tried.
  if (lateAt.length < REPEATEDLY || buffer.nextMs !== buffer.currentMs) return seen
  return { ...seen, lateAt: [], nextMs: neighbour(buffer.nextMs, 1) }
}

function neighbour(ms: number, by: 1 | -1): number {
  const at = STEPS_MS.indexOf(ms) + by
  return STEPS_MS[Math.min(STEPS_MS.length - 1, Math.max(0, at))] ?? JITTER_BUFFER_MS
}
