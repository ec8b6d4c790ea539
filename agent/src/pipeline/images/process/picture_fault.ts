import type { ImageFailure } from '../messages.ts'

/** Why a picture cannot be looked at. */
export class PictureFault extends Error {
  override name = 'PictureFault'
  readonly failure: ImageFailure

  constructor(failure: ImageFailure, message: string) {
    super(message)
    this.failure = failure
  }
}
