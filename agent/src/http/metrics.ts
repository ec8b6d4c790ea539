/** The Prometheus page, from one look at the box: a registry of its own each time, so no two agents share one. */
import { Counter, Gauge, Registry } from 'prom-client'

export interface BoxMetrics {
  isOnline: boolean
  engineRestarts: number
  engineIsRunning: boolean
  spoolWaiting: number
  dropped: number
  refusedMessages: number
  agentRssBytes: number
  inferMs: number | null
  cameras: Record<
    string,
    {
      isLive: boolean
      framesDecoded: number
      framesAnalysed: number
      framesDropped: number
      ptsGaps: number
      longestGapMs: number
      latencyMsP50: number | null
    }
  >
}

export async function metricsText(box: BoxMetrics): Promise<{ contentType: string; body: string }> {
  const registry = new Registry()
  const gauge = (name: string, help: string, value: number) =>
    new Gauge({ name: `vedette_${name}`, help, registers: [registry] }).set(value)
  const counter = (name: string, help: string, value: number) =>
    new Counter({ name: `vedette_${name}`, help, registers: [registry] }).inc(value)

  gauge('console_online', '1 while connected to the console', Number(box.isOnline))
  gauge('engine_running', '1 while the engine runs', Number(box.engineIsRunning))
  counter('engine_restarts_total', 'Restarts of the engine that nobody asked for', box.engineRestarts)
  gauge('spool_waiting', 'Events stored and not yet received by the console', box.spoolWaiting)
  gauge('uplink_dropped', 'Best-effort messages thrown away since the box connected', box.dropped)
  counter('uplink_refused_total', 'Messages that could not be understood', box.refusedMessages)
  gauge('agent_resident_bytes', 'Resident memory of the agent', box.agentRssBytes)
  if (box.inferMs !== null) gauge('inference_milliseconds', 'Mean time of one inference call', box.inferMs)
  perCamera(registry, box.cameras)
  return { contentType: registry.contentType, body: await registry.metrics() }
}

function perCamera(registry: Registry, cameras: BoxMetrics['cameras']): void {
  const labelNames = ['camera'] as const
  const registers = [registry]
  const live = new Gauge({ name: 'vedette_camera_live', help: '1 while frames arrive', labelNames, registers })
  const decoded = counterOf('decoded', 'Decoded frames')
  const analysed = counterOf('analysed', 'Frames that came out of analysis')
  const dropped = counterOf('dropped', 'Frames thrown away because analysis was slower')
  const gaps = new Counter({
    name: 'vedette_camera_pts_gaps_total',
    help: 'Decoded frames whose PTS did not follow the one before by one frame duration (half of it more or less)',
    labelNames,
    registers
  })
  const longestGap = gaugeOf('longest_gap', 'Longest time between two decoded frames in the last second')
  const latency = gaugeOf('latency_p50', 'Median time from capture to metadata')
  for (const [camera, of] of Object.entries(cameras)) {
    live.set({ camera }, Number(of.isLive))
    decoded.inc({ camera }, of.framesDecoded)
    analysed.inc({ camera }, of.framesAnalysed)
    dropped.inc({ camera }, of.framesDropped)
    gaps.inc({ camera }, of.ptsGaps)
    longestGap.set({ camera }, of.longestGapMs)
    if (of.latencyMsP50 !== null) latency.set({ camera }, of.latencyMsP50)
  }

  function counterOf(what: string, help: string) {
    return new Counter({ name: `vedette_camera_frames_${what}_total`, help, labelNames, registers })
  }

  function gaugeOf(what: string, help: string) {
    return new Gauge({ name: `vedette_camera_${what}_milliseconds`, help, labelNames, registers })
  }
}
