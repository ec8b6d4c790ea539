/** NVIDIA GPUs: nvidia-smi on servers and PCs, tegrastats on Jetson. Neither there: no GPU to report. */
import type { Health } from '@vedette/protocol'
import { outputOf } from './program_output.ts'

export type Gpu = Health['gpu'][number]

const QUERY = '--query-gpu=name,utilization.gpu,memory.used,memory.total,temperature.gpu'

export async function readGpus(signal: AbortSignal): Promise<Gpu[]> {
  const smi = await outputOf('nvidia-smi', [QUERY, '--format=csv,noheader,nounits'], signal)
  if (smi !== null) return parseNvidiaSmi(smi)
  const tegra = await outputOf('tegrastats', ['--interval', '500'], signal, 1)
  return tegra === null ? [] : parseTegrastats(tegra)
}

/** `NVIDIA A10, 34, 1234, 23028, 45`; a value that the card does not have is `[N/A]`. MiB. */
export function parseNvidiaSmi(csv: string): Gpu[] {
  return csv
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 5)
    .map(([name, percent, used, total, temperature]) => ({
      name: name!,
      percent: numberOrNull(percent!),
      memoryUsedBytes: mebibytes(numberOrNull(used!)),
      memoryTotalBytes: mebibytes(numberOrNull(total!)),
      temperatureC: numberOrNull(temperature!)
    }))
}

/** `… RAM 2448/7620MB … GR3D_FREQ 45%@305 … gpu@46.2C …` (older: `GPU@46C`). The memory is shared with the CPU. */
export function parseTegrastats(line: string): Gpu[] {
  const load = /GR3D_FREQ (\d+)%/.exec(line)
  if (!load) return []
  const memory = /RAM (\d+)\/(\d+)MB/.exec(line)
  const temperature = /\bgpu@([\d.]+)C/i.exec(line)
  return [
    {
      name: 'Tegra',
      percent: Number(load[1]),
      memoryUsedBytes: memory ? mebibytes(Number(memory[1])) : null,
      memoryTotalBytes: memory ? mebibytes(Number(memory[2])) : null,
      temperatureC: temperature ? Number(temperature[1]) : null
    }
  ]
}

function numberOrNull(text: string): number | null {
  const value = Number(text)
  return text === '' || Number.isNaN(value) ? null : value
}

function mebibytes(value: number | null): number | null {
  return value === null ? null : value * 1024 * 1024
}
