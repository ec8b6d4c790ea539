/** Taps on the native pipeline: put on a camera when it is live, taken off when it goes. Runs in the engine process. */
import type { Picture, Pipeline, Tap } from '@vedette/native'
import type { Id } from '@vedette/protocol'

export interface Tapping {
  camera: Id
  width: number
  maxFps: number
}

export interface Live {
  slot: number
  width: number
  height: number
}

export class Taps {
  readonly #pipeline: Pick<Pipeline, 'tap'>
  /** Slot and picture size of a camera, undefined unless it is live. */
  readonly #liveOf: (camera: Id) => Live | undefined
  readonly #onPicture: (tap: number, picture: Picture) => void
  readonly #taps = new Map<number, Tapping & { native: Tap | null }>()

  constructor(options: {
    pipeline: Pick<Pipeline, 'tap'>
    liveOf: (camera: Id) => Live | undefined
    onPicture: (tap: number, picture: Picture) => void
  }) {
    this.#pipeline = options.pipeline
    this.#liveOf = options.liveOf
    this.#onPicture = options.onPicture
  }

  open(tap: number, tapping: Tapping): void {
    this.close(tap)
    this.#taps.set(tap, { ...tapping, native: null })
    this.attach(tapping.camera)
  }

  close(tap: number): void {
    this.#taps.get(tap)?.native?.close()
    this.#taps.delete(tap)
  }

  attach(camera: Id): void {
    const live = this.#liveOf(camera)
    if (!live) return
    for (const [id, tapping] of this.#taps) {
      if (tapping.camera !== camera || tapping.native) continue
      const { width, height } = scaled(live, tapping.width)
      const options = { slot: live.slot, width, height, format: 'JPEG' as const, maxFps: tapping.maxFps }
      tapping.native = this.#pipeline.tap(options, (picture) => this.#onPicture(id, picture))
    }
  }

  detach(camera: Id): void {
    for (const tapping of this.#taps.values()) {
      if (tapping.camera !== camera) continue
      tapping.native?.close()
      tapping.native = null
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
