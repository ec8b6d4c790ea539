/** Batches of frames that never came. A box numbers them one after the other, so a hole is a loss. */
export class Sequences {
  readonly #last = new Map<string, number>()
  lost = 0

  /** A number that is not higher is of a box that counts from the start again. */
  saw(box: string, sequence: number): void {
    const last = this.#last.get(box)
    if (last !== undefined && sequence > last) this.lost += sequence - last - 1
    this.#last.set(box, sequence)
  }
}
