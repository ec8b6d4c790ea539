/**
 * Numbers with a unit: `30s`, `5min`, `64MiB`, `50%`. A key's last word is its own unit (`healthIntervalS`, `maxBytes`),
 * and that is what a bare number has. Pure.
 */
type Units = Readonly<Record<string, number>>

/** In seconds. */
const TIMES: Units = { us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86_400 }
const SIZES: Units = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4
}

interface Own {
  units: Units
  /** How many of the units' base make one of the key's. */
  scale: number
  example: string
}

const OWN: [RegExp, Own][] = [
  [/Us$/, { units: TIMES, scale: 1e-6, example: '40ms' }],
  [/Ms$/, { units: TIMES, scale: 1e-3, example: '40ms' }],
  [/S$/, { units: TIMES, scale: 1, example: '30s' }],
  [/Min$/, { units: TIMES, scale: 60, example: '5min' }],
  [/Days$/, { units: TIMES, scale: 86_400, example: '30d' }],
  [/Bytes$/, { units: SIZES, scale: 1, example: '64MiB' }]
]

/** What a key takes beside a bare number; null: nothing. */
export function exampleFor(key: string, { maximum }: { maximum?: number }): string | null {
  return ownOf(key)?.example ?? (maximum === 1 ? '50%' : null)
}

/** The number in the key's own unit; throws with what was expected. */
export function quantity(text: string, key: string, shape: { maximum?: number }): number {
  const [, digits, sign = ''] = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(\S*)\s*$/i.exec(text) ?? []
  const own = ownOf(key)
  if (digits !== undefined) {
    if (sign === '') return Number(digits)
    if (sign === '%' && shape.maximum === 1) return exact(Number(digits) / 100)
    const factor = own && Object.hasOwn(own.units, sign) ? own.units[sign] : undefined
    if (own && factor !== undefined) return exact((Number(digits) * factor) / own.scale)
  }
  const example = exampleFor(key, shape)
  const units = own
    ? `, with one of ${Object.keys(own.units).join(', ')} (${example})`
    : example
      ? ` (or ${example})`
      : ''
  throw new Error(`expected a number${units}, received ${JSON.stringify(text.slice(0, 80))}`)
}

function ownOf(key: string): Own | undefined {
  return OWN.find(([end]) => end.test(key))?.[1]
}

/** 0.04 s are 40 ms, not 39.99999999999999. */
function exact(value: number): number {
  return Number(value.toPrecision(12))
}
