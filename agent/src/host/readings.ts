/** What the machine says of itself, read now. What it does not say is null; nothing here throws. */
import { readdir, readFile, statfs } from 'node:fs/promises'
import { cpus } from 'node:os'
import type { Health } from '@vedette/protocol'
import { type Clock, readClock } from './clock.ts'
import { readGpus } from './gpu.ts'
import { type CpuTimes, cpuPercent, hottestC, parseCpuTimes, parseLoad, parseMemory, parseRss } from './proc.ts'
import { treeAt } from './tree.ts'

export type HostHealth = Omit<
  Health,
  'v' | 'at' | 'uptimeS' | 'spoolWaiting' | 'dropped' | 'inferMs' | 'cameras' | 'comparison' | 'engineRssBytes'
> & { engineRssBytes: number | null }

/** Asking may start a program, and a clock does not come or go between two health messages. */
const CLOCK_MS = 60_000

export class HostReadings {
  readonly #dataDir: string
  #times: CpuTimes | null = null
  #clock: { at: number; told: Promise<Clock> } | null = null

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  /** CPU is the mean since the call before. */
  async read(enginePid: number | null, signal: AbortSignal): Promise<HostHealth> {
    const [stat, meminfo, loadavg, engine, disk, temperatureC, gpu, clock] = await Promise.all([
      text('/proc/stat'),
      text('/proc/meminfo'),
      text('/proc/loadavg'),
      enginePid === null ? '' : text(`/proc/${enginePid}/status`),
      statfs(this.#dataDir).catch(() => null),
      temperature(),
      readGpus(signal),
      this.#readClock(signal)
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
      clock
    }
  }

  #readClock(signal: AbortSignal): Promise<Clock> {
    const now = performance.now()
    if (this.#clock === null || now - this.#clock.at > CLOCK_MS)
      this.#clock = { at: now, told: readClock(treeAt(), signal) }
    return this.#clock.told
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
