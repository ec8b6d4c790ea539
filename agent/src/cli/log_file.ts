/** The log file of the settings, with what stands in it for lines that a full disk has cost. */
import { RotatingFile } from '../rotating_file.ts'
import type { LogSettings } from '../settings/schema/log.ts'

const DAY_MS = 86_400_000
const WARN = 40

export function logFile(settings: LogSettings, trouble: (reason: string | null) => void): RotatingFile | null {
  const { file, maxBytes, keep, maxAgeDays } = settings
  if (file === null) return null
  return new RotatingFile({
    ...{ file, maxBytes, keep, trouble },
    maxAgeMs: maxAgeDays * DAY_MS,
    lost(count, reason) {
      const line = { level: WARN, time: new Date().toISOString(), msg: `${count} lines are missing here: ${reason}` }
      return `${JSON.stringify(line)}\n`
    }
  })
}
