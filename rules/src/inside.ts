/** How many tracks are inside of something now. */
import { withRoom } from './track_slots.ts'

export class Inside {
  count = 0
  #isInside = new Uint8Array(0)

  reserve(room: number): void {
    this.#isInside = withRoom(this.#isInside, room)
  }

  set(slot: number, isInside: boolean): void {
    const is = isInside ? 1 : 0
    this.count += is - this.#isInside[slot]!
    this.#isInside[slot] = is
  }
}
