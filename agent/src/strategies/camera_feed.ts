/** The newest frame of each camera that waits for a strategy: who was looked at longest ago is next. */

export interface StrategyPicture {
  width: number
  height: number
  ptsNs: bigint
  capturedUs: number
  /** RGB, row after row. */
  data: Uint8Array
}

export interface Waiting {
  camera: string
  number: number
  picture: StrategyPicture
}

export class CameraFeed {
  #dropped = 0
  /** In the order they are to be looked at. */
  readonly #waiting = new Map<string, StrategyPicture>()
  readonly #numbers = new Map<string, number>()

  /** Frames that a newer one of their camera took the place of, and those that were thrown away. */
  get dropped(): number {
    return this.#dropped
  }

  /** The newest wins; its camera keeps its turn. */
  put(camera: string, picture: StrategyPicture): void {
    if (this.#waiting.has(camera)) this.#dropped++
    this.#waiting.set(camera, picture)
  }

  take(): Waiting | null {
    for (const [camera, picture] of this.#waiting) {
      this.#waiting.delete(camera)
      const number = (this.#numbers.get(camera) ?? 0) + 1
      this.#numbers.set(camera, number)
      return { camera, number, picture }
    }
    return null
  }

  /** Nobody looks: what waits would be old by then. */
  clear(): void {
    this.#dropped += this.#waiting.size
    this.#waiting.clear()
  }

  remove(camera: string): void {
    this.#waiting.delete(camera)
  }
}
