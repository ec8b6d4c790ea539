/** Waiting for what is to be seen, with a limit. Tests never wait for time to pass. */
import { setTimeout as pause } from 'node:timers/promises'

const EVERY_MS = 50

/** Asks again and again until the answer is neither null, undefined nor false; fails when the limit is over. */
export async function eventually<T>(
  what: string,
  limitMs: number,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false
): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) return answer
    if (performance.now() > end) throw new Error(`expected ${what} within ${limitMs / 1000} s, but it did not happen`)
    await pause(EVERY_MS)
  }
}
