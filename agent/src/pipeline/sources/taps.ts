/**
 * Taps on the native pipeline: put where a camera's pictures come from, taken off when that goes. Runs in the engine
 * process.
 */
import type { Picture, Pipeline, Tap } from '@vedette/native'
import type { Id } from '@vedette/protocol'
import type { TapFormat } from '../channel/messages.ts'

export interface Tapping {
  camera: Id
  width: number
  maxFps: number
  format: TapFormat
}

export interface Live {
  slot: number
  width: number
  height: number
}

export class Taps {
  readonly #pipeline: Pick<Pipeline, 'tap'>
  /** Where pictures of a camera come from, undefined when there are none: pixels of what is analysed, JPEG of what is shown. */
  readonly #analysedOf: (camera: Id) => Live | undefined
  readonly #shownOf: (camera: Id) => Live | undefined
  /** Somebody looks at the camera, until the function that it gives is called. */
  readonly #look: (camera: Id) => () => void
  readonly #onPicture: (tap: number, picture: Picture) => void
  readonly #taps = new Map<number, Tapping & { native: Tap | null; slot: number; leave: () => void }>()

  constructor(options: {
    pipeline: Pick<Pipeline, 'tap'>
    analysedOf: (camera: Id) => Live | undefined
    shownOf: (camera: Id) => Live | undefined
    look: (camera: Id) => () => void
    onPicture: (tap: number, picture: Picture) => void
  }) {
    this.#pipeline = options.pipeline
    this.#analysedOf = options.analysedOf
    this.#shownOf = options.shownOf
    this.#look = options.look
    this.#onPicture = options.onPicture
  }

  open(tap: number, tapping: Tapping): void {
    this.close(tap)
    const leave = tapping.format === 'JPEG' ? this.#look(tapping.camera) : () => undefined
    this.#taps.set(tap, { ...tapping, native: null, slot: -1, leave })
    this.settle(tapping.camera)
  }

  close(tap: number): void {
    const tapping = this.#taps.get(tap)
    this.#taps.delete(tap)
    tapping?.native?.close()
    tapping?.leave()
  }

  /** Puts each tap of the camera where its pictures come from now. */
  settle(camera: Id): void {
    for (const [id, tapping] of this.#taps) {
      if (tapping.camera !== camera) continue
      const live = tapping.format === 'JPEG' ? this.#shownOf(camera) : this.#analysedOf(camera)
      if (tapping.native && tapping.slot === live?.slot) continue
      tapping.native?.close()
      tapping.native = null
      if (!live) continue
      const { width, height } = scaled(live, tapping.width)
      const options = { slot: live.slot, width, height, format: tapping.format, maxFps: tapping.maxFps }
      tapping.slot = live.slot
      tapping.native = this.#pipeline.tap(options, (picture) => this.#onPicture(id, picture))
    }
  }
}

/** At most as wide as asked and as the camera is, same shape; even, because chroma is subsampled. */
export function scaled(
  size: { width: number; height: number },
  wanted: number | null
): { width: number; height: number } {
  const width = even(Math.min(wanted ?? size.width, size.width))
  return { width, height: even((width * size.height) / size.width) }
}

function even(value: number): number {
  return Math.max(2, Math.round(value / 2) * 2)
}
