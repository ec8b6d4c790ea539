/** What must move in a box that lives: for the watchdog. */

import type { EngineStats } from '../pipeline/channel/status.ts'
import type { Engine } from '../pipeline/engine.ts'
import type { Vitals } from '../report/vitals.ts'
import type { Settings } from '../settings.ts'
import type { SignOfLife } from '../systemd/signs_of_life.ts'
import type { Uplink } from '../uplink/uplink.ts'
import type { BoxReport } from './report.ts'

/** The engine is asked, killed and started again by the agent long before. */
const ENGINE_MS = 60_000
const SPOOL_MS = 30_000

export function signsOfLife(box: {
  settings: Settings
  engine: Engine
  vitals: Vitals<EngineStats>
  uplink: Uplink
  report: BoxReport
}): SignOfLife[] {
  const { settings, engine, vitals, uplink, report } = box
  return [
    {
      what: 'the engine runs and has told nothing',
      limitMs: ENGINE_MS,
      isExpected: () => engine.status.state === 'running' && vitals.stats !== null,
      value: () => vitals.stats
    },
    {
      what: 'events wait and are not stored',
      limitMs: SPOOL_MS,
      // A disk that takes nothing is tried again every second: that counts.
      isExpected: () => uplink.status.spool.inMemory > 0,
      value: () => uplink.status.spool.commits
    },
    {
      what: 'the box does not look at itself any more',
      limitMs: 60_000 + 3000 * settings.healthIntervalS,
      isExpected: () => true,
      value: () => report.looks
    }
  ]
}
