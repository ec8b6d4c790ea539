/** Wait before the next connection: anywhere between nothing and a bound that doubles, so a fleet does not come at once. */
export function fullJitterMs(attempt: number, random: () => number = Math.random): number {
  const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16))
  return Math.round(random() * bound)
}

const FIRST_MS = 1000
const LONGEST_MS = 60_000
