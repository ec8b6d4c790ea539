/** The frame rate that a source has of itself, from the times of its frames. Pure but for what it keeps. */

const KEPT = 200

export class FrameRate {
  readonly #steps: bigint[] = []
  #last: bigint | null = null

  seen(ptsNs: bigint): void {
    if (this.#last !== null && ptsNs > this.#last && this.#steps.length < KEPT) this.#steps.push(ptsNs - this.#last)
    this.#last = ptsNs
  }

  /** By the median step, which a lost frame does not move; null until two frames have come. */
  get fps(): number | null {
    const step = this.#steps.toSorted((a, b) => Number(a - b))[Math.floor(this.#steps.length / 2)]
    return step === undefined ? null : 1e9 / Number(step)
  }
}
