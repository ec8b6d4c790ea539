/** What the machine says of itself, read now. What it does not say is null; nothing here throws. */
import { readdir, readFile, stat, statfs } from 'node:fs/promises'
import { cpus } from 'node:os'
import type { Health } from '@vedette/protocol'
import { readGpus } from './gpu.ts'
import { type CpuTimes, cpuPercent, hottestC, parseCpuTimes, parseLoad, parseMemory, parseRss } from './proc.ts'

export type HostHealth = Omit<
  Health,
  'v' | 'at' | 'uptimeS' | 'spoolWaiting' | 'dropped' | 'inferMs' | 'cameras' | 'comparison' | 'engineRssBytes'
> & { engineRssBytes: number | null }

export class HostReadings {
  readonly #dataDir: string
  #times: CpuTimes | null = null

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  /** CPU is the mean since the call before. */
  async read(enginePid: number | null, signal: AbortSignal): Promise<HostHealth> {
    const [stat, meminfo, loadavg, engine, disk, temperatureC, gpu, synchronised] = await Promise.all([
      text('/proc/stat'),
      text('/proc/meminfo'),
      text('/proc/loadavg'),
      enginePid === null ? '' : text(`/proc/${enginePid}/status`),
      statfs(this.#dataDir).catch(() => null),
      temperature(),
      readGpus(signal),
      clockIsSynchronised()
    ])
    const before = this.#times
    this.#times = parseCpuTimes(stat)
    const memory = parseMemory(meminfo)
    const load = parseLoad(loadavg)
    return {
      cpuPercent: cpuPercent(before, this.#times),
      loadPerCore: load === null ? null : load / Math.max(1, cpus().length),
      memoryUsedBytes: memory?.usedBytes ?? null,
      memoryTotalBytes: memory?.totalBytes ?? null,
      agentRssBytes: process.memoryUsage.rss(),
      engineRssBytes: parseRss(engine),
      diskUsedBytes: disk && (disk.blocks - disk.bfree) * disk.bsize,
      diskTotalBytes: disk && disk.blocks * disk.bsize,
      temperatureC,
      gpu,
      clock: { synchronised, uncertaintyMs: null }
    }
  }
}

export async function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}

async function temperature(): Promise<number | null> {
  const zones = await readdir('/sys/class/thermal').catch(() => [])
  const names = zones.filter((name) => name.startsWith('thermal_zone'))
  return hottestC(await Promise.all(names.map((name) => text(`/sys/class/thermal/${name}/temp`))))
}

/** systemd-timesyncd leaves this file once it has set the clock; where it does not run nobody can say. */
async function clockIsSynchronised(): Promise<boolean | null> {
  const runs = await stat('/run/systemd/timesync').catch(() => null)
  if (!runs) return null
  return (await stat('/run/systemd/timesync/synchronized').catch(() => null)) !== null
}
