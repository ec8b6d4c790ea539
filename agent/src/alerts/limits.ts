/** When alerts go out: complete, in milliseconds. */
import { type AlertLimits, defaultAlertLimits } from '@vedette/protocol'

export interface Limits {
  isEnabled: boolean
  throttleMs: number
  burstThreshold: number
  burstMs: number
  maxPerMinute: number
  debounceMs: number
  groupMs: number
  /** null: not suspended. */
  suspendUntilMs: number | null
}

export function limitsOf(given: AlertLimits): Limits {
  const all = { ...defaultAlertLimits, ...given }
  return {
    isEnabled: all.enabled,
    throttleMs: all.throttleS * 1000,
    burstThreshold: all.burstThreshold,
    burstMs: all.burstS * 1000,
    maxPerMinute: all.maxPerMinute,
    debounceMs: all.debounceS * 1000,
    groupMs: all.groupS * 1000,
    suspendUntilMs: given.suspendUntil === undefined ? null : Date.parse(given.suspendUntil)
  }
}
