/** What a rule has seen, as an alert needs it: the body of a rule event. */
export interface RuleSeen {
  camera: string
  rule: string
  name: string
  /** Kind of the rule. */
  what: string
  phase: 'happened' | 'began' | 'ended'
  seenAt: string
  track?: number | undefined
  label?: string | undefined
  confidence?: number | undefined
  box?: [number, number, number, number] | undefined
  direction?: 'in' | 'out' | undefined
  count?: number | undefined
  durationMs?: number | undefined
  speedKmh?: number | undefined
}
