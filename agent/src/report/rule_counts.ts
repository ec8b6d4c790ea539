/** What rules count, beside the other figures of each camera. Pure. */
import type { Health, Id, RuleCounts } from '@vedette/protocol'

export function withRules(health: Health, counts: Readonly<Record<Id, Record<Id, RuleCounts>>>): Health {
  const cameras = Object.entries(health.cameras).map(([id, camera]) => {
    const rules = counts[id]
    return [id, rules ? { ...camera, rules } : camera] as const
  })
  return { ...health, cameras: Object.fromEntries(cameras) }
}
