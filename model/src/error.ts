/** What can be wrong with a model, by name. The message says what was found, what was expected and what to do. */
export type ModelErrorCode = 'manifest' | 'files' | 'onnx' | 'shape' | 'archive' | 'labels' | 'package'

export class ModelError extends Error {
  override name = 'ModelError'
  readonly code: ModelErrorCode
  constructor(code: ModelErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
