/** What /health and /metrics show, from what each room knows. Pure. */
import type { AlertCounts, CameraHealth, Health, Reported } from '@vedette/protocol'
import type { Counters } from './camera_health.ts'
import { reasonsDegraded } from './degraded.ts'

interface UplinkFacts {
  session: { state: string; reason: string } | null
  spool: { waiting: number; inMemory: number; trouble: string | null }
  dropped: number
  refused: number
}

type Host = Pick<
  Health,
  'cpuPercent' | 'memoryUsedBytes' | 'memoryTotalBytes' | 'diskUsedBytes' | 'diskTotalBytes' | 'temperatureC' | 'gpu'
>

/** Whether a source misses frames, as the engine counts it at the mux. */
interface Continuity {
  ptsGaps: number
  longestGapMs: number
}

export function healthPage(facts: {
  box: string
  agentVersion: string
  uptimeS: number
  reported: Reported
  uplink: UplinkFacts
  cameras: Record<string, CameraHealth>
  alerts: AlertCounts
  levels: NonNullable<Health['levels']>
  /** As in the last health message. */
  strategies: NonNullable<Health['strategies']>
}) {
  const { box, agentVersion, uptimeS, reported, uplink } = facts
  const { session, spool } = uplink
  const { engine, observed, applied, whyNotYet } = reported
  const reasons = reasonsDegraded({ reported, console: session })
  return {
    status: reasons.length === 0 ? ('ok' as const) : ('degraded' as const),
    reasons,
    levels: facts.levels,
    box,
    agentVersion,
    uptimeS,
    console: session && { state: session.state, reason: session.reason },
    engine: { state: engine.state, reason: engine.reason, restarts: engine.restarts },
    spool: { waiting: spool.waiting, inMemory: spool.inMemory, trouble: spool.trouble },
    desired: { observed: observed?.rev ?? null, applied: applied?.rev ?? null, whyNotYet },
    alerts: facts.alerts,
    strategies: Object.fromEntries(
      Object.entries(reported.strategies ?? {}).map(([name, { state, reason, restarts }]) => {
        return [name, { state, reason, restarts, ...(facts.strategies[name] ?? newStrategy) }]
      })
    ),
    cameras: Object.fromEntries(
      Object.entries(reported.cameras).map(([id, { state, reason }]) => {
        const { fps = 0, analysedFps = 0 } = facts.cameras[id] ?? {}
        return [id, { state, reason, fps, analysedFps }]
      })
    )
  }
}

const newStrategy = { fps: 0, lookMs: null, dropped: 0, failed: 0, found: 0 }

export function boxMetrics(facts: {
  uplink: UplinkFacts
  engine: { state: string; restarts: number }
  states: ReadonlyMap<string, { state: string }>
  stats: { inferMs: number; rssBytes: number; cameras: Record<string, Counters & Continuity> } | null
  uptimeS: number
  /** As in the last health message. */
  rates: Record<string, CameraHealth>
  host: Host | null
  alerts: AlertCounts
}) {
  const { uplink, engine, states, stats, uptimeS, rates, host } = facts
  return {
    isOnline: uplink.session?.state === 'online',
    engineRestarts: engine.restarts,
    engineIsRunning: engine.state === 'running',
    spoolWaiting: uplink.spool.waiting,
    dropped: uplink.dropped,
    refusedMessages: uplink.refused,
    agentRssBytes: process.memoryUsage.rss(),
    engineRssBytes: stats?.rssBytes ?? null,
    inferMs: stats && stats.inferMs >= 0 ? stats.inferMs : null,
    uptimeS,
    host: host && { ...host, gpus: host.gpu },
    alerts: facts.alerts,
    cameras: Object.fromEntries(
      Object.entries(stats?.cameras ?? {}).map(([id, counters]) => {
        const { framesDecoded, framesAnalysed, framesDropped, ptsGaps, longestGapMs } = counters
        const { fps = 0, analysedFps = 0 } = rates[id] ?? {}
        const isLive = states.get(id)?.state === 'live'
        const frames = { fps, analysedFps, framesDecoded, framesAnalysed, framesDropped, ptsGaps, longestGapMs }
        const latency = { latencyMsP50: known(counters.latencyMsP50), latencyMsP99: known(counters.latencyMsP99) }
        return [id, { isLive, ...frames, ...latency, lastFrameAgeMs: known(counters.lastFrameAgeMs) }]
      })
    )
  }
}

/** The engine says -1 for what it does not know. */
function known(value: number): number | null {
  return value < 0 ? null : value
}
