/** Who looks at which camera through this API, at most so many at one camera (MAX_CONNECTIONS_PER_STREAM). */
import { HttpFault } from './fault.ts'

export type ViewerChange = 'reader_joined' | 'reader_left'

export class Viewers {
  readonly #limit: number
  readonly #of = new Map<string, number>()
  /** Told of who comes and goes, with how many there are then. */
  readonly #changed: (camera: string, what: ViewerChange, viewers: number) => void
  #total = 0

  constructor(limit: number, changed: (camera: string, what: ViewerChange, viewers: number) => void) {
    this.#limit = limit
    this.#changed = changed
  }

  get total(): number {
    return this.#total
  }

  of(camera: string): number {
    return this.#of.get(camera) ?? 0
  }

  /** Returns what to call once it has left; twice is harmless. Throws when there is no room. */
  join(camera: string): () => void {
    const before = this.of(camera)
    if (before >= this.#limit) {
      throw new HttpFault(503, `expected at most ${this.#limit} viewers of ${camera} (http.maxViewers); try later`, 10)
    }
    this.#set(camera, before + 1, 'reader_joined')
    let isThere = true
    return () => {
      if (!isThere) return
      isThere = false
      this.#set(camera, this.of(camera) - 1, 'reader_left')
    }
  }

  #set(camera: string, count: number, what: ViewerChange): void {
    this.#total += what === 'reader_joined' ? 1 : -1
    if (count === 0) this.#of.delete(camera)
    else this.#of.set(camera, count)
    this.#changed(camera, what, count)
  }
}
