/** The box's line to its console: who is at its other end, and how much is kept for it. */
import type { Settings } from '../settings.ts'
import type { SpoolTenant } from '../uplink/spool_tenant.ts'
import { Uplink, type UplinkOptions } from '../uplink/uplink.ts'

export interface BoxUplinkOptions extends Omit<UplinkOptions, 'dataDir' | 'connection' | 'spool'> {
  settings: Settings
  /** What else is committed with events. */
  tenant: SpoolTenant
}

const DAY_MS = 86_400_000

export function boxUplink({ settings, tenant, ...options }: BoxUplinkOptions): Uplink {
  const { dataDir, box, console, spool } = settings
  return new Uplink({
    ...options,
    dataDir,
    connection: console && {
      box: box.id,
      url: console.mqtt,
      root: console.root,
      secret: console.secret.reveal(),
      caFile: console.ca
    },
    spool: { maxBytes: spool.maxBytes, maxAgeMs: spool.maxAgeDays * DAY_MS, tenant }
  })
}
