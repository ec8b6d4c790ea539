/** Versions as numbers with dots between them. */

/** Negative: a is older. What is missing counts as 0, what is no number ends the comparison. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map((part) => Number.parseInt(part, 10)))
  for (let i = 0; i < Math.max(left!.length, right!.length); i++) {
    const difference = (left![i] ?? 0) - (right![i] ?? 0)
    if (difference !== 0 || Number.isNaN(difference)) return difference || 0
  }
  return 0
}

/** `7.1.0` and `7.1` are one release, as are `10.3.0.26` and `10.3`. */
export function isSameRelease(a: string, b: string): boolean {
  return majorMinor(a) === majorMinor(b)
}

export function majorMinor(version: string): string {
  const [major = '0', minor = '0'] = version.split('.')
  return `${Number.parseInt(major, 10)}.${Number.parseInt(minor, 10)}`
}
