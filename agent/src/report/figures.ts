/** The figures of a health message that have limits, and what to say of one that is beyond. Pure. */
import type { BeyondLimit, Health } from '@vedette/protocol'
import type { Limit } from './level.ts'

export interface Limits {
  /** null: a busy processor is well. */
  cpuPercent: Limit | null
  memoryPercent: Limit
  diskPercent: Limit
  temperatureC: Limit
  gpuMemoryPercent: Limit
  gpuTemperatureC: Limit
  droppedPercent: Limit
}

export interface Figure {
  /** `cpu`, `camera door`. */
  name: string
  value: number | null
  limit: Limit
  unit: '%' | '°C'
  /** What is wrong, without its end: the limit and what to do follow. */
  what(value: string): string
  remedy: string
}

/** Frames of each camera that were thrown away and analysed since the message before. */
export type Shares = Readonly<Record<string, { dropped: number; analysed: number }>>

const LESS = 'Remove cameras, lower their frame rate, or use a smaller model.'
const COOLER = 'Look at its fans, dust, sun and the air around it.'

export function figures(health: Health, shares: Shares, limits: Limits): Figure[] {
  const { cpuPercent, temperatureC } = health
  return [
    ...cpuFigures(cpuPercent, limits.cpuPercent),
    {
      name: 'memory',
      value: percent(health.memoryUsedBytes, health.memoryTotalBytes),
      limit: limits.memoryPercent,
      unit: '%',
      what: (value) => `The memory is ${value} % used`,
      remedy: 'Remove cameras, or find out what else runs on this machine.'
    },
    {
      name: 'disk',
      value: percent(health.diskUsedBytes, health.diskTotalBytes),
      limit: limits.diskPercent,
      unit: '%',
      what: (value) => `The disk of the data folder is ${value} % full`,
      remedy: 'Make room on it, or set disk.maxBytes so that the box keeps less.'
    },
    {
      ...{ name: 'temperature', value: temperatureC, limit: limits.temperatureC, remedy: COOLER },
      unit: '°C',
      what: (value) => `The machine is ${value} °C hot`
    },
    ...health.gpu.flatMap((gpu, i) => gpuFigures(gpu, i, limits)),
    ...Object.entries(shares).map(([camera, { dropped, analysed }]) => ({
      name: `camera ${camera}`,
      value: percent(dropped, dropped + analysed),
      limit: limits.droppedPercent,
      unit: '%' as const,
      what: (value: string) => `Camera ${camera}: ${value} % of its frames are thrown away because the box is too slow`,
      remedy: LESS
    }))
  ]
}

/** For a person, in words and in figures. */
export function beyond(
  { name, value, limit, unit, what, remedy }: Figure,
  { level, sinceMs }: { level: 'warn' | 'bad'; sinceMs: number }
): BeyondLimit {
  const rounded = Math.round(value ?? 0)
  return {
    ...{ figure: name, level, unit, remedy, limit: limit[level], since: new Date(sinceMs).toISOString() },
    ...(value !== null && { value: rounded }),
    reason: `${what(String(rounded))} (limit ${limit[level]}). ${remedy}`
  }
}

/** From counters that begin anew with their source. */
export function sharesSince(
  before: Readonly<Record<string, Counters>>,
  now: Readonly<Record<string, Counters>>
): Shares {
  return Object.fromEntries(
    Object.entries(now).map(([camera, { framesDropped, framesAnalysed }]) => {
      const last = before[camera]
      const dropped = grown(last?.framesDropped, framesDropped)
      return [camera, { dropped, analysed: grown(last?.framesAnalysed, framesAnalysed) }]
    })
  )
}

interface Counters {
  framesDropped: number
  framesAnalysed: number
}

function cpuFigures(value: number | null, limit: Limit | null): Figure[] {
  if (limit === null) return []
  const what = (busy: string) => `The processor is ${busy} % busy`
  return [{ name: 'cpu', value, limit, unit: '%', remedy: LESS, what }]
}

function gpuFigures(gpu: Health['gpu'][number], index: number, limits: Limits): Figure[] {
  const of = index === 0 ? 'the GPU' : `GPU ${index}`
  const OF = index === 0 ? 'The GPU' : `GPU ${index}`
  return [
    {
      name: `gpu ${index} memory`,
      value: percent(gpu.memoryUsedBytes, gpu.memoryTotalBytes),
      limit: limits.gpuMemoryPercent,
      unit: '%',
      what: (value) => `The memory of ${of} is ${value} % used`,
      remedy: LESS
    },
    {
      name: `gpu ${index} temperature`,
      value: gpu.temperatureC,
      limit: limits.gpuTemperatureC,
      unit: '°C',
      what: (value) => `${OF} is ${value} °C hot`,
      remedy: COOLER
    }
  ]
}

function percent(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : (100 * part) / whole
}

/** A counter that fell has begun anew. */
function grown(before: number | undefined, now: number): number {
  return before === undefined || now < before ? now : now - before
}
