/** Pictures of the cameras somebody looks at: one tap each, for as long as the lease lasts. */
import { stampPreview, type Watch } from '@vedette/protocol'

export interface PreviewPicture {
  jpeg: Uint8Array
  ptsNs: bigint
  capturedUs: number
}

type Wanted = Watch['previews'][number]

export interface PreviewsOptions {
  tap(wanted: Wanted, onPicture: (picture: PreviewPicture) => void): { close(): void }
  /** False when the network does not take it now. */
  send(camera: string, jpeg: Uint8Array): boolean
  dropped(): void
}

export class Previews {
  readonly #options: PreviewsOptions
  readonly #taps = new Map<string, { wanted: Wanted; close(): void }>()

  constructor(options: PreviewsOptions) {
    this.#options = options
  }

  want(previews: readonly Wanted[]): void {
    const wantedOf = new Map(previews.map((wanted) => [wanted.camera, wanted]))
    for (const [camera, tap] of this.#taps) {
      const wanted = wantedOf.get(camera)
      if (wanted && wanted.maxFps === tap.wanted.maxFps && wanted.width === tap.wanted.width) continue
      tap.close()
      this.#taps.delete(camera)
    }
    for (const [camera, wanted] of wantedOf) {
      if (this.#taps.has(camera)) continue
      const { close } = this.#options.tap(wanted, (picture) => this.#send(camera, picture))
      this.#taps.set(camera, { wanted, close })
    }
  }

  #send(camera: string, { jpeg, ptsNs, capturedUs }: PreviewPicture): void {
    if (!this.#options.send(camera, stampPreview(jpeg, { ptsNs, capturedUs }))) this.#options.dropped()
  }
}
