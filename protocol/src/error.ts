/** The one error of this package. It is made for a person to read, and never carries a secret. */

export type ProtocolErrorCode = 'not-json' | 'version' | 'schema' | 'too-large' | 'protobuf' | 'not-jpeg'

/** A message that is not what its topic promises. `path` is a JSON pointer into it. */
export class ProtocolError extends Error {
  override name = 'ProtocolError'
  readonly code: ProtocolErrorCode
  readonly path: string
  constructor(code: ProtocolErrorCode, message: string, path = '') {
    super(message)
    this.code = code
    this.path = path
  }
}
