/** Why a desired document is not taken. The document in force goes on. */
export type DesiredErrorCode = 'too-large' | 'not-json' | 'version' | 'schema' | 'hash' | 'model' | 'credential'

export class DesiredError extends Error {
  override name = 'DesiredError'
  readonly code: DesiredErrorCode
  constructor(code: DesiredErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
