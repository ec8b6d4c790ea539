/** Whether a second engine fits into memory beside the one that runs. */
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readGpus } from './gpu.ts'
import { parseMemory, parseRss } from './proc.ts'
import { text } from './readings.ts'

export interface Memory {
  availableBytes: number | null
  /** Resident memory of the engine that runs. */
  engineBytes: number | null
  /** Of the model packages that the next one reads. */
  modelBytes: number
  /** Of the GPU, where one says: all that is used there is taken for the engine's. */
  gpu: { usedBytes: number; totalBytes: number } | null
}

/** What the system and other programs need to breathe. */
const SPARE_BYTES = 128 * 1024 * 1024

/** Why a second one does not fit, in words; null when it does, or when nobody knows. Pure. */
export function whyCramped({ availableBytes, engineBytes, modelBytes, gpu }: Memory): string | null {
  if (availableBytes !== null && engineBytes !== null) {
    const neededBytes = engineBytes + modelBytes + SPARE_BYTES
    if (availableBytes < neededBytes) return words('memory', neededBytes, availableBytes)
  }
  if (gpu !== null) {
    const neededBytes = gpu.usedBytes + modelBytes
    const freeBytes = gpu.totalBytes - gpu.usedBytes
    if (freeBytes < neededBytes) return words('GPU memory', neededBytes, freeBytes)
  }
  return null
}

function words(what: string, neededBytes: number, freeBytes: number): string {
  const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`
  return `There is not enough ${what} for two pipelines (${mebibytes(neededBytes)} needed, ${mebibytes(freeBytes)} free), so the one that runs ends first.`
}

/** `configs`: the files that the next engine's models are described in, each in the folder of its package. */
export async function readMemory(
  enginePid: number | null,
  configs: readonly string[],
  signal: AbortSignal
): Promise<Memory> {
  const [meminfo, engine, gpus, models] = await Promise.all([
    text('/proc/meminfo'),
    enginePid === null ? '' : text(`/proc/${enginePid}/status`),
    readGpus(signal),
    Promise.all(configs.map((config) => bytesIn(dirname(config))))
  ])
  const memory = parseMemory(meminfo)
  const [gpu] = gpus.flatMap(({ memoryUsedBytes: usedBytes, memoryTotalBytes: totalBytes }) =>
    usedBytes === null || totalBytes === null ? [] : [{ usedBytes, totalBytes }]
  )
  return {
    availableBytes: memory && memory.totalBytes - memory.usedBytes,
    engineBytes: parseRss(engine),
    modelBytes: models.reduce((sum, bytes) => sum + bytes, 0),
    gpu: gpu ?? null
  }
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => [])
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => null)))
  return sizes.reduce((sum, size) => sum + (size?.isFile() ? size.size : 0), 0)
}
