/** Looks at a box again and again, one look after the other. */
import { setTimeout as wait } from 'node:timers/promises'
import type { BoxApi } from './box_api.ts'
import { type BoxView, boxView, type Counters } from './box_view.ts'

export interface Look {
  /** The latest that could be had; null before the first. */
  view: BoxView | null
  /** Why there is none now, in words; null when there is. */
  trouble: string | null
}

export async function* watch(api: BoxApi, intervalMs: number, signal: AbortSignal): AsyncGenerator<Look, void> {
  let view: BoxView | null = null
  let before: Counters | null = null
  while (!signal.aborted) {
    const began = performance.now()
    try {
      const answers = await api.look(signal)
      const atMs = Date.now()
      view = boxView(answers, before, atMs)
      before = { atMs, samples: answers.samples }
      yield { view, trouble: null }
    } catch (error) {
      if (signal.aborted) return
      before = null
      yield { view, trouble: (error as Error).message }
    }
    const left = intervalMs - (performance.now() - began)
    await wait(Math.max(50, left), undefined, { signal }).catch(() => undefined)
  }
}
