// node test/bench/load.ts PORT BOXES.json SECONDS: many boxes at one broker. Says "connected", waits for a line, says
// "sent" when all is sent, waits for receipts when RECEIPTS=1, and says what came of it as JSON.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { LoadBox } from './load_box.ts'

export interface LoadResult {
  messages: number
  events: number
  receipted: number
  /** The longest that the generator was behind its own clock. */
  lateMs: number
}

const TICK_MS = 10
const [port = '', boxesFile = '', seconds = ''] = process.argv.slice(2)
const secrets = JSON.parse(readFileSync(boxesFile, 'utf8')) as { id: string; secret: string }[]
const boxes = secrets.map(({ id, secret }, index) => new LoadBox(id, secret, index))
for (const box of boxes) await box.connect(`mqtt://127.0.0.1:${port}`)
console.log('connected')

for await (const _ of createInterface({ input: process.stdin })) break
const began = performance.now()
const ticks = (Number(seconds) * 1000) / TICK_MS
let lateMs = 0
for (let tick = 0; tick < ticks; ) {
  const due = (performance.now() - began) / TICK_MS
  lateMs = Math.max(lateMs, (due - tick) * TICK_MS)
  for (; tick < Math.min(due, ticks); tick++) for (const box of boxes) box.tick(tick)
  await pause(TICK_MS / 2)
}
console.log('sent')

const sum = (of: (box: LoadBox) => number) => boxes.reduce((total, box) => total + of(box), 0)
const LIMIT_MS = 10_000
const endsAt = performance.now() + (process.env.RECEIPTS === '1' ? LIMIT_MS : 0)
while (performance.now() < endsAt && sum((box) => box.receipted) < sum((box) => box.events)) await pause(100)
const result: LoadResult = {
  messages: sum((box) => box.messages),
  events: sum((box) => box.events),
  receipted: sum((box) => box.receipted),
  lateMs: Math.round(lateMs)
}
console.log(JSON.stringify(result))
process.exit(0)
