/** RFC 8785 (JSON Canonicalization Scheme): the one byte form of a JSON value, for hashes. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value === 'string') return canonicalText(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`expected a finite number to canonicalise, received ${value}`)
    // ECMAScript's own number form is the canonical one (section 3.2.2.3); it writes -0 as 0.
    return JSON.stringify(value)
  }
  // Array.from, because map() would pass over the holes of a sparse array.
  if (Array.isArray(value)) return `[${Array.from(value, (item: unknown) => canonicalJson(item ?? null)).join(',')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    // Keys in the order of their UTF-16 code units (RFC 8785 section 3.2.3), which is what < compares.
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${entries.map(([key, item]) => `${canonicalText(key)}:${canonicalJson(item)}`).join(',')}}`
  }
  throw new TypeError(`expected a JSON value to canonicalise, received ${typeof value}`)
}

/** A lone surrogate has no UTF-8 form, so nothing to hash (section 3.2.2.2). */
function canonicalText(text: string): string {
  if (!text.isWellFormed()) {
    throw new RangeError(
      `expected well-formed text to canonicalise, received a lone surrogate in ${JSON.stringify(text)}`
    )
  }
  return JSON.stringify(text)
}
