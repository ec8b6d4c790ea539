/** What a rule counts, as the newest health message of the box tells it. */
import type { RuleCounts } from '@vedette/protocol'

export function countWords({ inside, ongoing, crossed }: RuleCounts): string {
  const now = [
    ...(inside === undefined ? [] : [`${inside} inside`]),
    ...(ongoing === undefined ? [] : [`${ongoing} going on`])
  ]
  if (crossed === undefined) return now.join(', ')
  const over = crossed.map(({ label, in: into, out }) => `${label} ${into} in, ${out} out`)
  return [...now, ...(over.length > 0 ? over : ['none crossed'])].join('; ')
}
