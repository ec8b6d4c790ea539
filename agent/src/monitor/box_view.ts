/** What a person sees of a box, from its answers. Pure. */
import type { HeldBack } from '@vedette/protocol'
import type { Answers, BoxEvent } from './box_api.ts'
import type { Sample } from './prometheus_text.ts'

export interface CameraRow {
  id: string
  state: string
  /** What is wrong and what to do; empty when all is well. */
  reason: string
  fps: number
  analysedFps: number
  /** Frames a second thrown away because analysis is slower. */
  dropsPerS: number
  /** Capture to metadata, median and 99th percentile; null without frames. */
  latencyMs: number | null
  latencyMsP99: number | null
  /** Of the last frame. */
  ageMs: number | null
}

export interface Used {
  used: number
  total: number
}

export interface BoxView {
  atMs: number
  box: string
  agentVersion: string
  uptimeS: number
  isWell: boolean
  reasons: string[]
  engine: { state: string; reason: string; restarts: number; inferMs: number | null; rssBytes: number | null }
  /** null: the box works alone. */
  console: string | null
  cameras: CameraRow[]
  /** 0 … 1; null where the machine does not tell. */
  cpu: number | null
  memory: Used | null
  disk: Used | null
  temperatureC: number | null
  gpus: { name: string; busy: number | null; memory: Used | null }[]
  queues: { spool: number; inMemory: number; uplinkDropped: number; images: number }
  /** Since the box began to count; held back by reason. */
  alerts: { sent: number; waiting: number; held: HeldBack }
  /** Newest first. */
  events: BoxEvent[]
}

/** Counters of the look before, for rates. */
export interface Counters {
  atMs: number
  samples: Sample[]
}

export function boxView(answers: Answers, before: Counters | null, atMs: number): BoxView {
  const { health, events } = answers
  const now = figures(answers.samples)
  const last = figures(before?.samples ?? [])
  const seconds = before === null ? 0 : (atMs - before.atMs) / 1000
  /** A counter that fell has begun anew; the box's own mean where there is no look before. */
  const rate = (name: string, camera: string, mean: number) => {
    const [from, to] = [last.of(name, { camera }), now.of(name, { camera })]
    return from === null || to === null || to < from || seconds <= 0 ? mean : (to - from) / seconds
  }
  return {
    atMs,
    box: health.box,
    agentVersion: health.agentVersion,
    uptimeS: health.uptimeS,
    isWell: health.status === 'ok',
    reasons: health.reasons,
    engine: {
      ...health.engine,
      inferMs: milliseconds(now.of('vedette_inference_seconds')),
      rssBytes: now.of('vedette_engine_resident_bytes')
    },
    console: health.console?.state ?? null,
    cameras: Object.entries(health.cameras).map(([id, camera]) => ({
      id,
      state: camera.state,
      reason: camera.reason,
      fps: rate('vedette_camera_frames_decoded_total', id, camera.fps),
      analysedFps: rate('vedette_camera_frames_analysed_total', id, camera.analysedFps),
      dropsPerS: rate('vedette_camera_frames_dropped_total', id, 0),
      latencyMs: milliseconds(now.of('vedette_camera_latency_p50_seconds', { camera: id })),
      latencyMsP99: milliseconds(now.of('vedette_camera_latency_p99_seconds', { camera: id })),
      ageMs: milliseconds(now.of('vedette_camera_last_frame_age_seconds', { camera: id }))
    })),
    cpu: now.of('vedette_host_cpu_ratio'),
    memory: used(now.of('vedette_host_memory_used_bytes'), now.of('vedette_host_memory_size_bytes')),
    disk: used(now.of('vedette_host_disk_used_bytes'), now.of('vedette_host_disk_size_bytes')),
    temperatureC: now.of('vedette_host_temperature_celsius'),
    gpus: gpus(answers.samples),
    queues: {
      spool: health.spool.waiting,
      inMemory: health.spool.inMemory,
      uplinkDropped: now.of('vedette_uplink_dropped') ?? 0,
      images: now.of('vedette_images_waiting') ?? 0
    },
    alerts: health.alerts,
    events
  }
}

function gpus(samples: Sample[]): BoxView['gpus'] {
  const labels = samples.filter(({ name }) => name === 'vedette_gpu_busy_ratio').map((sample) => sample.labels)
  const { of } = figures(samples)
  return labels.map((gpu) => ({
    name: gpu.name ?? `GPU ${gpu.gpu}`,
    busy: of('vedette_gpu_busy_ratio', gpu),
    memory: used(of('vedette_gpu_memory_used_bytes', gpu), of('vedette_gpu_memory_size_bytes', gpu))
  }))
}

function figures(samples: Sample[]) {
  const key = (name: string, labels: Record<string, string>) =>
    `${name} ${JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => a.localeCompare(b)))}`
  const values = new Map(samples.map(({ name, labels, value }) => [key(name, labels), value]))
  return { of: (name: string, labels: Record<string, string> = {}) => values.get(key(name, labels)) ?? null }
}

function used(used: number | null, total: number | null): Used | null {
  return used === null || total === null || total <= 0 ? null : { used, total }
}

function milliseconds(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000
}
