/** Health as points for charts. Pure: message → point, points → minutes, points → columns. */
import type { Health } from '@vedette/protocol'
import type { HealthPoint, HealthSeries } from '../../view.ts'

export interface StoredPoint {
  at: number
  point: HealthPoint
}

export function pointOf(health: Health): HealthPoint {
  const cameras = Object.entries(health.cameras)
  return {
    cpuPercent: health.cpuPercent,
    memoryPercent: share(health.memoryUsedBytes, health.memoryTotalBytes),
    diskPercent: share(health.diskUsedBytes, health.diskTotalBytes),
    temperatureC: health.temperatureC,
    gpuPercent: mean(health.gpu.map((gpu) => gpu.percent)),
    inferMs: health.inferMs,
    fps: cameras.length === 0 ? null : round(cameras.reduce((sum, [, camera]) => sum + camera.fps, 0)),
    cameras: Object.fromEntries(
      cameras.map(([id, c]) => [id, { fps: c.fps, latencyMsP50: c.latencyMsP50, dropped: c.dropped }])
    )
  }
}

const FIGURES = ['cpuPercent', 'memoryPercent', 'diskPercent', 'temperatureC', 'gpuPercent', 'inferMs', 'fps'] as const

/** The mean of a minute's points; of `dropped`, which counts up, the last. */
export function minuteOf(points: readonly HealthPoint[]): HealthPoint {
  const ids = new Set(points.flatMap((point) => Object.keys(point.cameras)))
  const figures = Object.fromEntries(FIGURES.map((name) => [name, mean(points.map((point) => point[name]))]))
  return {
    ...(figures as Record<(typeof FIGURES)[number], number | null>),
    cameras: Object.fromEntries(
      [...ids].map((id) => {
        const of = points.flatMap((point) => point.cameras[id] ?? [])
        return [
          id,
          {
            fps: mean(of.map((c) => c.fps)) ?? 0,
            latencyMsP50: mean(of.map((c) => c.latencyMsP50)),
            dropped: of.at(-1)?.dropped ?? 0
          }
        ]
      })
    )
  }
}

export function seriesOf(points: readonly StoredPoint[]): HealthSeries {
  const ids = new Set(points.flatMap(({ point }) => Object.keys(point.cameras)))
  const column = (name: (typeof FIGURES)[number]) => points.map(({ point }) => point[name])
  return {
    at: points.map(({ at }) => at / 1000),
    cpuPercent: column('cpuPercent'),
    memoryPercent: column('memoryPercent'),
    diskPercent: column('diskPercent'),
    temperatureC: column('temperatureC'),
    gpuPercent: column('gpuPercent'),
    inferMs: column('inferMs'),
    fps: column('fps'),
    cameras: Object.fromEntries(
      [...ids].map((id) => [
        id,
        {
          fps: points.map(({ point }) => point.cameras[id]?.fps ?? null),
          latencyMsP50: points.map(({ point }) => point.cameras[id]?.latencyMsP50 ?? null),
          dropped: points.map(({ point }) => point.cameras[id]?.dropped ?? null)
        }
      ])
    )
  }
}

function share(used: number | null, total: number | null): number | null {
  return used === null || total === null || total === 0 ? null : round((100 * used) / total)
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : round(known.reduce((sum, value) => sum + value, 0) / known.length)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
