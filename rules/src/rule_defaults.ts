/** What holds where a rule does not say otherwise (protocol/src/rule.ts). */
export const ruleDefaults = {
  inertiaFrames: 3,
  /** Of the picture. */
  hysteresis: 0.01,
  toleranceDegrees: 45,
  /** Of the picture. */
  distance: 0.1
} as const
