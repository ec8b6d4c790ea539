/** What somebody is looking at now: the last `dn/watch`, until it ends by itself. */
import { LEASE_MS, type Watch } from '@vedette/protocol'

export type Leased = Omit<Watch, 'v'>

const nothing: Leased = { frames: [], previews: [], logs: false }

export class Leases {
  readonly #changed: (leased: Leased) => void
  readonly #leaseMs: number
  #end: NodeJS.Timeout | null = null

  constructor(changed: (leased: Leased) => void, leaseMs = LEASE_MS) {
    this.#changed = changed
    this.#leaseMs = leaseMs
  }

  renew({ frames, previews, logs }: Watch): void {
    if (this.#end) clearTimeout(this.#end)
    this.#end = setTimeout(() => this.stop(), this.#leaseMs)
    this.#changed({ frames, previews, logs })
  }

  stop(): void {
    if (this.#end) clearTimeout(this.#end)
    this.#end = null
    this.#changed(nothing)
  }
}
