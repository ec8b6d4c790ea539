/**
 * Pictures of one camera with what was found in them drawn on. A picture comes before the result of its frame: it waits
 * for it a moment, and takes the newest one that is not later. Detection strategies look more seldom and are not waited
 * for: theirs is the newest as well.
 */
import type { Box, CameraPicture } from './box.ts'
import type { Detection, Result } from './result.ts'
import type { Results } from './results.ts'

export interface AnnotatedPicturesOptions {
  results: Results
  box: Pick<Box, 'images'>
  camera: string
  signal: AbortSignal
}

const KEPT = 32
const WAIT_MS = 400
/** What is older says nothing of this picture: nothing was analysed since. */
const STALE_NS = 1_500_000_000n

export class AnnotatedPictures {
  readonly #options: AnnotatedPicturesOptions
  readonly #deafen: () => void
  /** By the strategy that found them; null: the model. */
  readonly #results = new Map<string | null, Result[]>()
  readonly #waiting = new Set<() => void>()

  constructor(options: AnnotatedPicturesOptions) {
    this.#options = options
    this.#deafen = options.results.listen(options.camera, (result) => {
      const own = this.#results.get(result.strategy) ?? []
      this.#results.set(result.strategy, own)
      own.push(result)
      if (own.length > KEPT) own.shift()
      for (const look of [...this.#waiting]) look()
    })
  }

  async draw(picture: CameraPicture): Promise<Buffer> {
    await this.#reached(picture.ptsNs)
    const detections = this.#at(picture.ptsNs)
    if (detections.length === 0) return picture.jpeg
    return this.#options.box.images.draw(picture.jpeg, detections, this.#options.signal)
  }

  stop(): void {
    this.#deafen()
    for (const look of [...this.#waiting]) look()
  }

  #at(ptsNs: bigint): Detection[] {
    const isOf = (one: Result) => BigInt(one.ptsNs) <= ptsNs && ptsNs - BigInt(one.ptsNs) < STALE_NS
    return [...this.#results.values()].flatMap((results) => results.findLast(isOf)?.detections ?? [])
  }

  /** Resolves when the model's result of that time or a later one is there, or enough was waited for it. */
  #reached(ptsNs: bigint): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(limit)
        this.#waiting.delete(look)
        resolve()
      }
      const look = () => {
        const newest = this.#results.get(null)?.at(-1)
        if (this.#options.signal.aborted || (newest && BigInt(newest.ptsNs) >= ptsNs)) done()
      }
      const limit = setTimeout(done, WAIT_MS)
      this.#waiting.add(look)
      look()
    })
  }
}
