/**
 * The part of an agent that alerts, in a process of its own, that lives through a day of rule events in accelerated time:
 * the real spool, gate, outbox and webhook; only the clock is the day's. Killed and started again it goes on with the
 * first event that is not in its spool.
 *
 *     node alert_box.ts SPOOL URL DEAD_URL SEED
 */
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { Alerts, limitsOf, Spool, webhookHandler } from '@vedette/agent'
import { alertDay, DAY_BEGINS_MS } from './alert_day.ts'

const [file, url, deadUrl, seed] = process.argv.slice(2) as [string, string, string, string]
export const SECRET = 'whsec_c2VjcmV0IG9mIHRoZSB0ZXN0'
const common = { minSeverity: 'debug', from: 'settings', caFile: null, timeoutMs: 5000, takesPicture: false } as const
const day = alertDay(Number(seed))
const first = storedRuleEvents()
let nowMs = day[first - 1]?.atMs ?? DAY_BEGINS_MS

const alerts = new Alerts({
  box: { id: 'box-1', name: 'Box' },
  limits: limitsOf({ groupS: 4, suspendUntil: new Date(DAY_BEGINS_MS + 600_000).toISOString() }),
  handlers: [
    webhookHandler({ name: 'webhook', url, secret: SECRET, ...common }),
    webhookHandler({ name: 'dead', url: deadUrl, secret: null, ...common })
  ],
  cameraName: (id) => id,
  emit: (event, severity) => spool.add(event, severity),
  commitSoon: () => spool.commitSoon(),
  picture: async () => null,
  forgetPicture: () => undefined,
  log: () => undefined,
  now: () => nowMs,
  queue: { maxWaiting: 300, firstRetryMs: 5, longestRetryMs: 200 }
})
const spool: Spool = new Spool({ file, maxBytes: 1e10, maxAgeMs: 1e15, now: () => nowMs, tenant: alerts.book })

spool.start()
alerts.start()
process.stdout.write(`began at ${first} of ${day.length}\n`)
for (const [i, { atMs, event, severity }] of [...day.entries()].slice(first)) {
  const isNewMinute = Math.floor(atMs / 60_000) !== Math.floor(nowMs / 60_000)
  nowMs = atMs
  alerts.look()
  spool.add(event, severity)
  alerts.raise(event, severity)
  if (!isNewMinute) continue
  process.stdout.write(`at ${i}\n`)
  // So long that commits and deliveries fall between events, as they do on a box.
  await pause(40)
  while ((alerts.counts.handlers.webhook?.waiting ?? 0) > 100) await pause(5)
}
nowMs += 3_600_000
alerts.look()
nowMs += 3_600_000
alerts.look()
// What is not committed yet waits in no queue.
while (!isAllBrought()) await pause(20)
await alerts.stop()
spool.stop()
process.stdout.write(`done ${JSON.stringify(alerts.counts)}\n`)

function isAllBrought(): boolean {
  const { sent, handlers } = alerts.counts
  const { delivered = 0, failed = 0, dropped = 0 } = handlers.webhook ?? {}
  return delivered + failed + dropped >= sent
}

function storedRuleEvents(): number {
  const db = new DatabaseSync(file)
  try {
    const sql = "SELECT count(*) AS n FROM event WHERE json_extract(body, '$.kind') = 'rule'"
    return Number(db.prepare(sql).get()?.n)
  } catch {
    // The first start: there is no table yet.
    return 0
  } finally {
    db.close()
  }
}
