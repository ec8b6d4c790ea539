/**
 * When a fallen engine is started again: the first time nearly at once, then exponential with jitter, 1 s to 60 s; a
 * stable minute forgets the past. Pure.
 */
export interface Restarts {
  /** Falls in a row. */
  falls: number
}

/** What fell out of good health mostly comes back. */
const ONCE_MS = 200
const FIRST_MS = 1_000
const LONGEST_MS = 60_000
const STABLE_MS = 60_000

export const noFalls: Restarts = { falls: 0 }

/** `random` in [0, 1). Half of the delay is jitter, so that boxes that fell together do not start together. */
export function fell(before: Restarts, ranForMs: number, random: number): { restarts: Restarts; delayMs: number } {
  const falls = (ranForMs >= STABLE_MS ? 0 : before.falls) + 1
  if (falls === 1) return { restarts: { falls }, delayMs: ONCE_MS }
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(falls - 2, 10))
  return { restarts: { falls }, delayMs: Math.max(FIRST_MS, Math.round(full * (0.5 + random / 2))) }
}
