/** The rules' public entry, for box, console and browser. */
export { checkRules } from './check.ts'
export type { FrameObjects } from './frame_objects.ts'
export { type Looker, mixedRules, rulesOf } from './lookers.ts'
export { rasterize } from './masks.ts'
export { type ReplayOptions, replayTracks } from './replay.ts'
export { ruleDefaults } from './rule_defaults.ts'
export { RuleSet, type RuleSetOptions } from './rule_set.ts'
export { ZonedClocks } from './zoned_clocks.ts'
