/** Figures as short words. Pure. */
const NONE = '–'

export function percent(share: number | null): string {
  return share === null ? NONE : `${Math.round(share * 100)} %`
}

export function gibibytes(bytes: number): string {
  const gib = bytes / 1024 ** 3
  return gib >= 100 ? String(Math.round(gib)) : gib.toFixed(1)
}

export function perSecond(rate: number): string {
  return rate >= 99.95 ? String(Math.round(rate)) : rate.toFixed(1)
}

/** `61 ms`, `1.4 s`, `3 min`, `2 h`. */
export function duration(ms: number | null): string {
  if (ms === null) return NONE
  if (ms < 1000) return `${Math.round(ms)} ms`
  const s = ms / 1000
  if (s < 10) return `${s.toFixed(1)} s`
  if (s < 120) return `${Math.round(s)} s`
  if (s < 7200) return `${Math.round(s / 60)} min`
  return s < 172_800 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86_400)} days`
}

/** `████░░░░░░`, of a share 0 … 1. */
export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width)
  return '█'.repeat(full) + '░'.repeat(width - full)
}
