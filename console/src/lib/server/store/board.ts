/** How every box stands right now, in memory: pages of 5,000 boxes must not read 5,000 documents from disk. */
import type { Catalog, Health, Inventory, Presence, Reported } from '@vedette/protocol'
import type { HealthPoint } from '../../view.ts'
import type { EventRow } from './events.ts'

export interface Standing {
  presence: Presence | null
  /** Of the last sign of life. */
  heardMs: number | null
  /** Since this console's start: what was said before may be stale. */
  isHeard: boolean
  inventory: Inventory | null
  catalog: Catalog | null
  reported: Reported | null
  health: Health | null
  healthMs: number | null
  point: HealthPoint | null
  fpsHistory: number[]
  lastEvent: EventRow | null
  bad: { count: number; last: string; at: string } | null
  cameras: Map<string, { name: string; isEnabled: boolean }>
}

export const FPS_HISTORY = 60

export class Board {
  readonly #standings = new Map<string, Standing>()

  of(box: string): Standing {
    let standing = this.#standings.get(box)
    if (standing === undefined) {
      standing = {
        presence: null,
        heardMs: null,
        isHeard: false,
        inventory: null,
        catalog: null,
        reported: null,
        health: null,
        healthMs: null,
        point: null,
        fpsHistory: [],
        lastEvent: null,
        bad: null,
        cameras: new Map()
      }
      this.#standings.set(box, standing)
    }
    return standing
  }

  remove(box: string): void {
    this.#standings.delete(box)
  }
}
