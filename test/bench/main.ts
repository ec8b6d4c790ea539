/**
 * `./dev bench [--json] [--only NAME]`: every row beside its raw limit. Never a pass mark.
 * `./dev bench --soak bad-cameras (--hours H | --minutes M) [--seed N]`: bad cameras beside good ones.
 * `./dev bench --soak add-remove [--cycles N]`: what cameras that come and go leave behind.
 */
import { parseArgs } from 'node:util'
import { cameras } from './cameras.ts'
import { decode } from './decode.ts'
import { detection } from './detection.ts'
import { firstDetection } from './first_detection.ts'
import { gap } from './gap.ts'
import { ingest } from './ingest.ts'
import { latency } from './latency.ts'
import { metadata } from './metadata.ts'
import { outage } from './outage.ts'
import { peers } from './peers.ts'
import { predict } from './predict.ts'
import type { Row } from './row.ts'
import { rulesBench } from './rules.ts'
import { soakAddRemove } from './soak_add_remove.ts'
import { soakBadCameras } from './soak_bad_cameras.ts'
import { templates } from './templates.ts'

const benches = [
  ...detection,
  decode,
  latency,
  ...cameras,
  firstDetection,
  templates,
  metadata,
  rulesBench,
  ingest,
  gap,
  outage,
  ...predict,
  ...peers
]

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    only: { type: 'string' },
    soak: { type: 'string' },
    hours: { type: 'string' },
    minutes: { type: 'string' },
    cycles: { type: 'string' },
    seed: { type: 'string' }
  }
})
if (values.soak !== undefined) {
  const durationMs = Number(values.hours ?? 0) * 3_600_000 + Number(values.minutes ?? 0) * 60_000
  const cycles = Number(values.cycles ?? 10_000)
  if (values.soak === 'add-remove' && Number.isInteger(cycles) && cycles >= 1000) await soakAddRemove(cycles)
  else if (values.soak === 'bad-cameras' && durationMs > 0)
    await soakBadCameras({ durationMs, seed: Number(values.seed ?? Date.now() % 1_000_000) })
  else {
    console.error(
      'bench: expected --soak bad-cameras with --hours H or --minutes M, such as --hours 1, ' +
        'or --soak add-remove with --cycles N from 1000 (absent: 10000)'
    )
    process.exit(2)
  }
  process.exit(0)
}
const chosen = benches.filter(({ name }) => values.only === undefined || name.startsWith(values.only))
if (chosen.length === 0) {
  console.error(
    `bench: expected --only to begin one of ${benches.map(({ name }) => name).join(', ')}, received ${values.only}`
  )
  process.exit(2)
}

if (!values.json)
  console.log('name'.padEnd(34), 'ours'.padStart(10), 'limit'.padStart(10), 'ratio'.padStart(6), '  bar  unit')
for (const bench of chosen) {
  for (const row of await bench.run()) console.log(values.json ? JSON.stringify(row) : text(row))
}
process.exit(0)

function text({ name, ours, limit, ratio, unit, bar, note }: Row): string {
  const figure = (value: number) => value.toPrecision(4).padStart(10)
  const verdict = ratio >= bar ? ' ' : '!'
  return `${name.padEnd(34)} ${figure(ours)} ${figure(limit)} ${ratio.toFixed(2).padStart(6)}${verdict} ${bar.toFixed(2).padStart(5)}  ${unit}${note ? `\n    ${note}` : ''}`
}
