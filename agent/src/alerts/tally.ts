/** The counts of alerts, which add up: raised = sent + held back + waiting. And what the console was not told of yet. */
import type { AlertHeld, HeldBack, HeldReason } from '@vedette/protocol'
import { type Alert, aboutOf, keyOf } from './alert.ts'

/** Held back alerts of one key for one reason that no event has told yet. */
export interface Untold {
  key: string
  reason: HeldReason
  about: Pick<AlertHeld, 'camera' | 'rule' | 'name' | 'label'>
  n: number
  firstMs: number
  lastMs: number
}

export class Tally {
  readonly #counts = new Map<string, number>()
  readonly #untold = new Map<string, Map<HeldReason, Untold>>()

  add(name: string, n = 1): void {
    this.#counts.set(name, this.count(name) + n)
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  get held(): HeldBack {
    const found = [...this.#counts].filter(([name, n]) => name.startsWith('held ') && n > 0)
    return Object.fromEntries(found.map(([name, n]) => [name.slice('held '.length), n]))
  }

  hold(alert: Alert, reason: HeldReason, atMs: number): Untold {
    const untold = { key: keyOf(alert), reason, about: aboutOf(alert), n: 1, firstMs: atMs, lastMs: atMs }
    this.addUntold(untold)
    return untold
  }

  addUntold(more: Untold): void {
    const ofKey = this.#untold.get(more.key) ?? new Map<HeldReason, Untold>()
    this.#untold.set(more.key, ofKey)
    const known = ofKey.get(more.reason)
    if (known === undefined) ofKey.set(more.reason, { ...more })
    else {
      known.n += more.n
      known.firstMs = Math.min(known.firstMs, more.firstMs)
      known.lastMs = Math.max(known.lastMs, more.lastMs)
    }
  }

  /** What is told now of a key. */
  tell(key: string): HeldBack {
    const ofKey = this.#untold.get(key)
    this.#untold.delete(key)
    return heldOf(ofKey)
  }

  /** Keys with something untold since before this time. */
  untoldSince(beforeMs: number): string[] {
    return [...this.#untold].flatMap(([key, ofKey]) =>
      [...ofKey.values()].some(({ firstMs }) => firstMs <= beforeMs) ? [key] : []
    )
  }

  /** As an event; the key's is told with it. */
  tellAsEvent(key: string): AlertHeld | null {
    const all = [...(this.#untold.get(key)?.values() ?? [])]
    const [first] = all
    if (first === undefined) return null
    const from = new Date(Math.min(...all.map(({ firstMs }) => firstMs))).toISOString()
    const until = new Date(Math.max(...all.map(({ lastMs }) => lastMs))).toISOString()
    return { kind: 'alert.held', ...first.about, held: this.tell(key), from, until }
  }
}

function heldOf(ofKey: Map<HeldReason, Untold> | undefined): HeldBack {
  return Object.fromEntries([...(ofKey ?? [])].map(([reason, { n }]) => [reason, n]))
}
