/** What the box lets its HTTP interface see and do. Made by the composition root. */
import type { BoxMetrics } from './metrics.ts'
import type { HealthPage } from './routes/health.ts'

export interface Box {
  id: string
  name: string
  agentVersion: string
  health(): HealthPage
  /** All that helps to find a fault. */
  diagnosis(): Promise<unknown>
  metrics(): BoxMetrics
  uptimeS(): number
}
