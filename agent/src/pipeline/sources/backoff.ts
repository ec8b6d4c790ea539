/** How long a camera waits between tries. Pure. */
export interface Policy {
  firstMs: number
  longestMs: number
}

export const NETWORK: Policy = { firstMs: 1_000, longestMs: 60_000 }
/** Slow, so that a wrong password does not lock the camera's account. */
export const AUTH: Policy = { firstMs: 60_000, longestMs: 15 * 60_000 }
/** Only a person changes a codec; the retry is for the one who does it without telling. */
export const UNSUPPORTED: Policy = { firstMs: 15 * 60_000, longestMs: 15 * 60_000 }

/**
 * Decorrelated jitter: somewhere between the first delay and three times the last one. Cameras that failed together
 * drift apart, and a long outage still ends in the longest delay.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function delayAfter({ firstMs, longestMs }: Policy, lastMs: number, random: number): number {
  const most = Math.max(firstMs, Math.max(lastMs, firstMs) * 3)
  return Math.min(longestMs, Math.round(firstMs + random * (most - firstMs)))
}
