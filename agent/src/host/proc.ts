/** Texts of /proc and /sys, parsed. Pure: each takes the text, and gives null where a kernel says nothing. */

export interface CpuTimes {
  busy: number
  total: number
}

/** First line of /proc/stat: user nice system idle iowait irq softirq steal (guest is in user already). */
export function parseCpuTimes(stat: string): CpuTimes | null {
  const [name, ...fields] = (stat.split('\n')[0] ?? '').trim().split(/\s+/)
  const ticks = fields.slice(0, 8).map(Number)
  if (name !== 'cpu' || ticks.length < 4 || ticks.some(Number.isNaN)) return null
  const total = ticks.reduce((sum, tick) => sum + tick, 0)
  return { busy: total - ticks[3]! - (ticks[4] ?? 0), total }
}

/** 0 … 100 of all cores between two readings. */
export function cpuPercent(before: CpuTimes | null, after: CpuTimes | null): number | null {
  if (!before || !after || after.total <= before.total) return null
  const percent = (100 * (after.busy - before.busy)) / (after.total - before.total)
  return Math.min(100, Math.max(0, Math.round(percent * 10) / 10))
}

export function parseMemory(meminfo: string): { usedBytes: number; totalBytes: number } | null {
  const total = kilobytes(meminfo, 'MemTotal')
  const available = kilobytes(meminfo, 'MemAvailable')
  return total === null || available === null ? null : { usedBytes: total - available, totalBytes: total }
}

/** Resident bytes of a process, from its /proc/PID/status. */
export function parseRss(status: string): number | null {
  return kilobytes(status, 'VmRSS')
}

export function parseLoad(loadavg: string): number | null {
  const load = Number.parseFloat(loadavg)
  return Number.isNaN(load) ? null : load
}

/** Millidegrees of each thermal zone; zones without a sensor read far below zero. */
export function hottestC(zones: readonly string[]): number | null {
  const degrees = zones.map((text) => Number.parseInt(text, 10) / 1000).filter((value) => value > -40 && value < 200)
  return degrees.length > 0 ? Math.max(...degrees) : null
}

/** The processor's name: `model name` on x86, `Hardware` or `Model` on some ARM boards. */
export function parseCpuName(cpuinfo: string): string | null {
  return /^(?:model name|Hardware|Model)\s*:\s*(.+)$/m.exec(cpuinfo)?.[1]?.trim() ?? null
}

export function parseOsName(osRelease: string): string | null {
  return /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(osRelease)?.[1] ?? null
}

function kilobytes(text: string, field: string): number | null {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)
  return found ? Number(found[1]) * 1024 : null
}
