import type { ImageFailure } from './messages.ts'

/**
 * Why a picture was not looked at. busy: too many wait; down: the process is not there, and comes back; no-model: none
 * runs on this box; aborted: whoever asked has gone.
 */
export type ImageFaultCode = ImageFailure | 'busy' | 'down' | 'no-model' | 'aborted'

export class ImageFault extends Error {
  override name = 'ImageFault'
  readonly code: ImageFaultCode

  constructor(code: ImageFaultCode, message: string) {
    super(message)
    this.code = code
  }
}
