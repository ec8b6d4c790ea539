/** What the box's HTTP interface sees of it, and can make it do. */
import pack from '../package.json' with { type: 'json' }
import type { BoxReport } from './box_report.ts'
import type { Box } from './http/box.ts'
import type { EngineStats } from './pipeline/channel/status.ts'
import type { Vitals } from './report/vitals.ts'
import type { Settings } from './settings.ts'

export interface BoxForHttpOptions {
  settings: Settings
  report: BoxReport
  vitals: Vitals<EngineStats>
}

export function boxForHttp({ settings, report, vitals }: BoxForHttpOptions): Box {
  return {
    ...settings.box,
    agentVersion: pack.version,
    health: () => report.health(),
    diagnosis: () => report.diagnosis(),
    metrics: () => report.metrics(),
    uptimeS: () => vitals.uptimeS
  }
}
