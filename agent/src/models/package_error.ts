/** What can go wrong with a model package on its way to the box, and whether waiting helps. */
export type PackageErrorCode = 'network' | 'refused' | 'missing' | 'disk-full' | 'hash' | 'package' | 'engine'

const RETRIED: Record<PackageErrorCode, boolean> = {
  network: true,
  refused: true,
  missing: true,
  'disk-full': true,
  // The same bytes would come again.
  hash: false,
  package: false,
  engine: false
}

export class PackageError extends Error {
  override name = 'PackageError'
  readonly code: PackageErrorCode
  constructor(code: PackageErrorCode, message: string) {
    super(message)
    this.code = code
  }
  get isRetried(): boolean {
    return RETRIED[this.code]
  }
}
