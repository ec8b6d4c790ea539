/** A benchmark's figures as JSON of a stable shape, and as text. Pure. */
import type { Figures } from './figures.ts'
import type { FindMax } from './find_max.ts'

export interface BenchmarkReport {
  v: 2
  agentVersion: string
  family: 'cpu' | 'deepstream'
  /** `nanodet-coco 1.0.0`; null: decoding only. */
  model: string | null
  /** Without credentials. */
  source: string
  figures: Figures
  gpu: { name: string; percent: number | null; memoryUsedBytes: number | null; temperatureC: number | null }[]
  temperatureC: number | null
  /** With --profile: cores that each kind of thread used, most first. */
  profile: { thread: string; cores: number }[] | null
  /** With --find-max. */
  findMax: Omit<FindMax, 'figures'> | null
  /** Stopped before its time: the figures are of what was measured. */
  interrupted: boolean
}

export function reportText(report: BenchmarkReport): string {
  const { figures } = report
  const width = Math.max(6, ...figures.sources.map(({ name }) => name.length))
  const head = `${'source'.padEnd(width)}  decoded/s  analysed/s  dropped  p50 ms  p99 ms`
  const rows = figures.sources.map((source) => {
    const cells = [
      source.decodedFps.toFixed(1).padStart(9),
      source.analysedFps.toFixed(1).padStart(10),
      String(source.dropped).padStart(7),
      figure(source.latencyMsP50).padStart(6),
      figure(source.latencyMsP99).padStart(6)
    ]
    return [source.name.padEnd(width), ...cells, ...(source.trouble === null ? [] : [source.trouble])].join('  ')
  })
  const { measuredS, decodedFps, analysedFps, dropped, latencyMsP50, latencyMsP99 } = figures
  const total = ['total'.padEnd(width), decodedFps.toFixed(1).padStart(9), analysedFps.toFixed(1).padStart(10)]
  total.push(String(dropped).padStart(7), figure(latencyMsP50).padStart(6), figure(latencyMsP99).padStart(6))
  return [
    `${report.model ?? 'no model (decoding only)'}, ${report.source}, family ${report.family}, ${measuredS.toFixed(1)} s${report.interrupted ? ' (interrupted)' : ''}`,
    '',
    head,
    ...rows,
    total.join('  '),
    '',
    `inference  ${figures.inferMs === null ? 'none' : `${figure(figures.inferMs)} ms a batch`}`,
    `CPU        ${figures.cpuCores === null ? 'unknown' : `${figures.cpuCores.toFixed(2)} cores`}`,
    `memory     ${(figures.memoryBytes / 2 ** 20).toFixed(0)} MiB`,
    ...hardware(report),
    ...profile(report),
    ...maximum(report)
  ].join('\n')
}

function hardware({ gpu, temperatureC }: BenchmarkReport): string[] {
  const cards = gpu.map(({ name, percent, memoryUsedBytes }) => {
    const memory = memoryUsedBytes === null ? '' : `, ${(memoryUsedBytes / 2 ** 20).toFixed(0)} MiB`
    return `GPU        ${name}: ${percent === null ? 'load unknown' : `${percent} %`}${memory}`
  })
  return [...cards, ...(temperatureC === null ? [] : [`heat       ${temperatureC.toFixed(0)} °C`])]
}

function profile({ profile: threads }: BenchmarkReport): string[] {
  if (threads === null) return []
  return ['', 'cores   thread', ...threads.map(({ thread, cores }) => `${cores.toFixed(3).padStart(6)}  ${thread}`)]
}

function maximum({ findMax }: BenchmarkReport): string[] {
  if (findMax === null) return []
  const { capacityFps, cameraFps, cameras, refused, tries } = findMax
  const runs = tries.map(
    (run) => `${run.cameras} ${run.keepsUp ? 'kept up' : 'did not'} (${run.analysedFps.toFixed(1)}/s)`
  )
  const most = capacityFps === null ? '' : `${capacityFps.toFixed(1)} frames/s at most, `
  return [
    '',
    `real-time cameras: ${cameras}${refused === null ? '' : ' or more'}`,
    `  ${most}${cameraFps.toFixed(1)} frames/s a camera; tried: ${runs.join(', ') || 'none'}`,
    ...(refused === null
      ? []
      : [`  This camera let itself be read no more often, the machine may carry more: ${refused}`])
  ]
}

function figure(value: number | null): string {
  return value === null ? '-' : value.toFixed(1)
}
