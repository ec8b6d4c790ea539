// node test/bench/load.ts PORT CA.pem BOXES.json WARM_UP_S SECONDS: many boxes at one broker, over TLS. Says "connected",
// waits for a line, says "warm" after some seconds of load, and when all is sent and all of QoS 1 acknowledged (with
// RECEIPTS=1: and receipted), what came of it, as JSON.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { LoadBox } from './load_box.ts'

export interface LoadResult {
  messages: number
  events: number
  acknowledged: number
  receipted: number
  /** The longest that the generator was behind its own clock. */
  lateMs: number
}

const TICK_MS = 10
const [port = '', caFile = '', boxesFile = '', warmUp = '', seconds = ''] = process.argv.slice(2)
const ca = readFileSync(caFile)
const secrets = JSON.parse(readFileSync(boxesFile, 'utf8')) as { id: string; secret: string }[]
const boxes = secrets.map(({ id, secret }, index) => new LoadBox(id, secret, index))
for (const box of boxes) await box.connect(`mqtts://127.0.0.1:${port}`, ca)
console.log('connected')

for await (const _ of createInterface({ input: process.stdin })) break
const began = performance.now()
const warmTicks = (Number(warmUp) * 1000) / TICK_MS
const ticks = warmTicks + (Number(seconds) * 1000) / TICK_MS
let lateMs = 0
for (let tick = 0; tick < ticks; ) {
  const due = (performance.now() - began) / TICK_MS
  lateMs = Math.max(lateMs, (due - tick) * TICK_MS)
  for (; tick < Math.min(due, ticks); tick++) {
    if (tick === warmTicks) console.log('warm')
    for (const box of boxes) box.tick(tick)
  }
  await pause(TICK_MS / 2)
}

const sum = (of: (box: LoadBox) => number) => boxes.reduce((total, box) => total + of(box), 0)
const events = sum((box) => box.events)
const isDone = () =>
  sum((box) => box.acknowledged) === events && (process.env.RECEIPTS !== '1' || sum((box) => box.receipted) === events)
const LIMIT_MS = 30_000
const endsAt = performance.now() + LIMIT_MS
while (performance.now() < endsAt && !isDone()) await pause(TICK_MS)
const result: LoadResult = {
  messages: sum((box) => box.messages),
  events,
  acknowledged: sum((box) => box.acknowledged),
  receipted: sum((box) => box.receipted),
  lateMs: Math.round(lateMs)
}
console.log(JSON.stringify(result))
process.exit(0)
