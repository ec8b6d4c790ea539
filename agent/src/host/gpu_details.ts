/** What a GPU is, as opposed to what it does now (gpu.ts). */
import { readGpus } from './gpu.ts'
import type { Platform } from './platform.ts'
import { outputOf } from './program_output.ts'

export interface GpuDetails {
  name: string
  memoryBytes: number | null
  computeCapability: string | null
}

// compute_cap is known to nvidia-smi since driver 510; without it the whole query fails.
const FIELDS = ['name,memory.total,compute_cap', 'name,memory.total']

export async function readGpuDetails(platform: Platform, signal: AbortSignal): Promise<GpuDetails[]> {
  if (platform.kind === 'jetson') {
    const [gpu] = await readGpus(signal)
    const { soc } = platform
    return [
      {
        name: soc ? `${soc.family} (${soc.name})` : 'Tegra',
        memoryBytes: gpu?.memoryTotalBytes ?? null,
        computeCapability: soc?.computeCapability ?? null
      }
    ]
  }
  for (const fields of FIELDS) {
    const csv = await outputOf('nvidia-smi', [`--query-gpu=${fields}`, '--format=csv,noheader,nounits'], signal)
    if (csv !== null) return parseDetails(csv)
  }
  return []
}

/** `NVIDIA A10, 23028, 8.6`; memory in MiB. */
export function parseDetails(csv: string): GpuDetails[] {
  return csv
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter(([name = '']) => name !== '')
    .map(([name, memory, capability]) => ({
      name: name!,
      memoryBytes: /^\d+$/.test(memory ?? '') ? Number(memory) * 1024 * 1024 : null,
      computeCapability: /^\d+\.\d+$/.test(capability ?? '') ? capability! : null
    }))
}
