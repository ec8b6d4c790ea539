/** One byte range of RFC 9110 section 14: `bytes=5-`, `bytes=0-99`, `bytes=-100`. Pure. */
export interface ByteRange {
  first: number
  last: number
}

/** null: send everything (no range, or one we do not understand); 'unsatisfiable': 416. */
export function readRange(header: string | null, bytes: number): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (match === null || (match[1] === '' && match[2] === '')) return null
  if (match[1] === '') {
    const wanted = Number(match[2])
    return wanted === 0 || bytes === 0 ? 'unsatisfiable' : { first: Math.max(0, bytes - wanted), last: bytes - 1 }
  }
  const first = Number(match[1])
  const last = match[2] === '' ? bytes - 1 : Math.min(Number(match[2]), bytes - 1)
  if (match[2] !== '' && Number(match[2]) < first) return null
  return first >= bytes ? 'unsatisfiable' : { first, last }
}
