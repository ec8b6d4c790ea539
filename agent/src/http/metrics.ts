/**
 * The Prometheus page, from one look at the box: a registry of its own each time, so no two agents share one. What is
 * counted frame by frame comes with `DetectionCounts`. The names are a table in agent/README.md; a test compares both.
 */
import { Counter, Gauge, Registry } from 'prom-client'

export interface BoxMetrics {
  isOnline: boolean
  engineRestarts: number
  engineIsRunning: boolean
  spoolWaiting: number
  dropped: number
  refusedMessages: number
  agentRssBytes: number
  engineRssBytes: number | null
  inferMs: number | null
  uptimeS: number
  host: HostMetrics | null
  cameras: Record<string, CameraMetrics>
  alerts: AlertMetrics
}

export interface AlertMetrics {
  raised: number
  sent: number
  waiting: number
  /** By reason. */
  held: Partial<Record<string, number>>
  handlers: Record<string, { delivered: number; failed: number; dropped: number; waiting: number }>
}

/** As the box last read them; null where the machine does not tell. */
export interface HostMetrics {
  cpuPercent: number | null
  memoryUsedBytes: number | null
  memoryTotalBytes: number | null
  diskUsedBytes: number | null
  diskTotalBytes: number | null
  temperatureC: number | null
  gpus: { name: string; percent: number | null; memoryUsedBytes: number | null; memoryTotalBytes: number | null }[]
}

export interface CameraMetrics {
  isLive: boolean
  fps: number
  analysedFps: number
  framesDecoded: number
  framesAnalysed: number
  framesDropped: number
  ptsGaps: number
  longestGapMs: number
  latencyMsP50: number | null
  latencyMsP99: number | null
  lastFrameAgeMs: number | null
}

/** What the API itself counts. */
export interface ApiMetrics {
  viewers: number
  bytesSent: number
  connections: number
  images: { waiting: number; inferred: number; failed: number; refused: number }
}

export async function metricsText(box: BoxMetrics, api: ApiMetrics): Promise<{ contentType: string; body: string }> {
  const registry = new Registry()
  const gauge = (name: string, help: string, value: number | null) => {
    if (value !== null) new Gauge({ name: `vedette_${name}`, help, registers: [registry] }).set(value)
  }
  const counter = (name: string, help: string, value: number) =>
    new Counter({ name: `vedette_${name}`, help, registers: [registry] }).inc(value)

  gauge('console_online', '1 while connected to the console', Number(box.isOnline))
  gauge('uptime_seconds', 'Since the agent began', box.uptimeS)
  gauge('engine_running', '1 while the engine runs', Number(box.engineIsRunning))
  counter('engine_restarts_total', 'Restarts of the engine that nobody asked for', box.engineRestarts)
  gauge('spool_waiting', 'Events stored and not yet received by the console', box.spoolWaiting)
  gauge('uplink_dropped', 'Best-effort messages thrown away since the box connected', box.dropped)
  counter('uplink_refused_total', 'Messages that could not be understood', box.refusedMessages)
  gauge('agent_resident_bytes', 'Resident memory of the agent', box.agentRssBytes)
  gauge('engine_resident_bytes', 'Resident memory of the engine', box.engineRssBytes)
  gauge('inference_seconds', 'Mean time of one inference call', seconds(box.inferMs))
  perCamera(registry, box.cameras)
  perHandler(registry, box.alerts)
  if (box.host) system(registry, box.host)

  gauge('api_viewers', 'Who looks at a camera through the API', api.viewers)
  counter('api_sent_bytes_total', 'Bytes that the API has sent', api.bytesSent)
  gauge('api_connections', 'Open connections to the API', api.connections)
  gauge('images_waiting', 'Pictures in requests that are not answered yet', api.images.waiting)
  counter('images_inferred_total', 'Pictures that were inferred', api.images.inferred)
  counter('images_failed_total', 'Pictures that could not be inferred', api.images.failed)
  counter('images_refused_total', 'Pictures refused because too many were waiting', api.images.refused)
  return { contentType: registry.contentType, body: await registry.metrics() }
}

function perCamera(registry: Registry, cameras: BoxMetrics['cameras']): void {
  const labelNames = ['camera'] as const
  const registers = [registry]
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `vedette_camera_${name}`, help, labelNames, registers })
  const counter = (name: string, help: string) =>
    new Counter({ name: `vedette_camera_${name}_total`, help, labelNames, registers })
  const live = gauge('live', '1 while frames arrive')
  const fps = gauge('fps', 'Decoded frames a second')
  const analysedFps = gauge('analysed_fps', 'Analysed frames a second')
  const decoded = counter('frames_decoded', 'Decoded frames')
  const analysed = counter('frames_analysed', 'Frames that came out of analysis')
  const dropped = counter('frames_dropped', 'Frames thrown away because analysis was slower')
  const gaps = counter(
    'pts_gaps',
    'Decoded frames whose PTS did not follow the one before by one frame duration (half of it more or less)'
  )
  const longestGap = gauge('longest_gap_seconds', 'Longest time between two decoded frames in the last second')
  const median = gauge('latency_p50_seconds', 'Median time from capture to metadata')
  const p99 = gauge('latency_p99_seconds', 'Time from capture to metadata, 99th percentile')
  const age = gauge('last_frame_age_seconds', 'Since the last decoded frame')
  for (const [camera, of] of Object.entries(cameras)) {
    live.set({ camera }, Number(of.isLive))
    fps.set({ camera }, of.fps)
    analysedFps.set({ camera }, of.analysedFps)
    decoded.inc({ camera }, of.framesDecoded)
    analysed.inc({ camera }, of.framesAnalysed)
    dropped.inc({ camera }, of.framesDropped)
    gaps.inc({ camera }, of.ptsGaps)
    longestGap.set({ camera }, of.longestGapMs / 1000)
    if (of.latencyMsP50 !== null) median.set({ camera }, of.latencyMsP50 / 1000)
    if (of.latencyMsP99 !== null) p99.set({ camera }, of.latencyMsP99 / 1000)
    if (of.lastFrameAgeMs !== null) age.set({ camera }, of.lastFrameAgeMs / 1000)
  }
}

function perHandler(registry: Registry, { raised, sent, waiting, held, handlers }: AlertMetrics): void {
  const registers = [registry]
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name: `vedette_alerts_${name}_total`, help, labelNames, registers })
  counter('raised', 'Alerts that rules raised').inc(raised)
  counter('sent', 'Alerts that went to the handlers').inc(sent)
  new Gauge({ name: 'vedette_alerts_waiting', help: 'Alerts that wait to have lasted, or for others', registers }).set(
    waiting
  )
  const heldBack = counter('held', 'Alerts that were held back', 'reason')
  for (const [reason, n] of Object.entries(held)) heldBack.inc({ reason }, n)
  const delivered = counter('delivered', 'Alerts that a handler brought', 'handler')
  const failed = counter('failed', 'Alerts that a handler gave up', 'handler')
  const dropped = counter('dropped', 'Alerts thrown away because too many waited for a handler', 'handler')
  const queued = new Gauge({
    ...{ name: 'vedette_alert_handler_waiting', help: 'Alerts that a handler still has to bring' },
    ...{ labelNames: ['handler'], registers }
  })
  for (const [handler, of] of Object.entries(handlers)) {
    delivered.inc({ handler }, of.delivered)
    failed.inc({ handler }, of.failed)
    dropped.inc({ handler }, of.dropped)
    queued.set({ handler }, of.waiting)
  }
}

function system(registry: Registry, host: HostMetrics): void {
  const registers = [registry]
  const gauge = (name: string, help: string, value: number | null) => {
    if (value !== null) new Gauge({ name: `vedette_host_${name}`, help, registers }).set(value)
  }
  gauge('cpu_ratio', 'Share of all cores that is busy, 0 to 1', host.cpuPercent === null ? null : host.cpuPercent / 100)
  gauge('memory_used_bytes', 'Memory in use', host.memoryUsedBytes)
  gauge('memory_size_bytes', 'Memory of the machine', host.memoryTotalBytes)
  gauge('disk_used_bytes', 'Used on the disk of the data folder', host.diskUsedBytes)
  gauge('disk_size_bytes', 'Size of the disk of the data folder', host.diskTotalBytes)
  gauge('temperature_celsius', 'Hottest sensor of the machine', host.temperatureC)
  if (host.gpus.length === 0) return
  const perGpu = (name: string, help: string) =>
    new Gauge({ name: `vedette_gpu_${name}`, help, labelNames: ['gpu', 'name'], registers })
  const busy = perGpu('busy_ratio', 'Share of the time in which the GPU works, 0 to 1')
  const used = perGpu('memory_used_bytes', 'Memory of the GPU in use')
  const size = perGpu('memory_size_bytes', 'Memory of the GPU')
  for (const [i, { name, percent, memoryUsedBytes, memoryTotalBytes }] of host.gpus.entries()) {
    const labels = { gpu: String(i), name }
    if (percent !== null) busy.set(labels, percent / 100)
    if (memoryUsedBytes !== null) used.set(labels, memoryUsedBytes)
    if (memoryTotalBytes !== null) size.set(labels, memoryTotalBytes)
  }
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000
}
