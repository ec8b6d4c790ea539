// Two hours of alerts: what was raised, sent and held back adds up, also when the box is killed again and again.
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import type { AlertCounts, EventBody, HeldBack } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { alertDay, mulberry32 } from '../world/alert_day.ts'
import { startReceiver } from '../world/alert_receiver.ts'
import { WorldProcess } from '../world/process.ts'

const SEED = Number(process.env.VEDETTE_ALERT_SEED ?? Math.floor(Math.random() * 2 ** 32))
const KILLS = 10
/** `whsec_` and this in Base64 is the secret of the box. */
const KEY = 'secret of the test'
const DAY_MS = 300_000

interface Lived {
  counts: AlertCounts
  events: EventBody[]
  receiver: Awaited<ReturnType<typeof startReceiver>>
  kills: number
}

async function live(kills: number): Promise<Lived> {
  const directory = mkdtempSync(join(tmpdir(), 'alerts-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'spool.db')
  const random = mulberry32(SEED + 1)
  const receiver = await startReceiver(random)
  onTestFinished(() => receiver.stop())
  const deadUrl = `http://127.0.0.1:${await closedPort()}/`
  const minutes = 120
  let killed = 0
  for (;;) {
    const args = [new URL('../world/alert_box.ts', import.meta.url).pathname, file, receiver.url, deadUrl, String(SEED)]
    const box = new WorldProcess({ command: process.execPath, args })
    onTestFinished(() => box.kill())
    if (killed < kills) {
      await box.line(/^began/, DAY_MS)
      const lines = 1 + Math.floor(random() * ((minutes / kills) * 1.2))
      for (let n = 0; n < lines && !box.hasExited && !isDone(box); n++) await nextLine(box)
      // Anywhere between two commits.
      await pause(random() * 60)
      if (!isDone(box)) {
        box.kill('SIGKILL')
        await box.exited()
        killed++
        continue
      }
    }
    const done = await box.line(/^done/, DAY_MS)
    await box.exited()
    const counts = JSON.parse(done.slice('done '.length)) as AlertCounts
    return { counts, events: eventsIn(file), receiver, kills: killed }
  }
}

const isDone = (box: WorldProcess) => box.lines.some((line) => line.startsWith('done'))

/** One more minute of the day has passed. */
async function nextLine(box: WorldProcess): Promise<void> {
  const seen = box.lines.length
  const end = performance.now() + DAY_MS
  while (box.lines.length === seen && !box.hasExited) {
    if (performance.now() > end) throw new Error('expected the day to go on, but it stands still')
    await pause(5)
  }
}

function eventsIn(file: string): EventBody[] {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return db
      .prepare('SELECT body FROM event ORDER BY n')
      .all()
      .map(({ body }) => JSON.parse(String(body)) as EventBody)
  } finally {
    db.close()
  }
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

const sum = (held: HeldBack) => Object.values(held).reduce((total, n) => total + n, 0)

function expectExact({ counts, events, receiver, kills }: Lived): void {
  const given = alertDay(SEED)
  const { raised, sent, waiting, held, handlers } = counts
  // Every rule event is in the spool once, in order, and each that can be an alert was raised once.
  expect(events.filter((event) => event.kind === 'rule')).toEqual(given.map(({ event }) => event))
  expect(raised).toBe(given.filter(({ event }) => event.phase !== 'ended').length)
  expect(waiting).toBe(0)
  expect(raised).toBe(sent + sum(held))

  // The console is told of each: sent, grouped with one that was sent, or held back.
  const told = events.filter((event) => event.kind === 'alert.sent')
  const heldTold = events.filter((event) => event.kind === 'alert.held')
  expect(told).toHaveLength(sent)
  const inEvents = [...told, ...heldTold].map((event) => event.held)
  const grouped = told.reduce((total, event) => total + event.grouped, 0)
  expect(grouped).toBe(held.grouped ?? 0)
  for (const reason of ['suspended', 'debounce', 'throttle', 'burst', 'rate', 'full'] as const)
    expect(
      inEvents.reduce((total, one) => total + (one[reason] ?? 0), 0),
      reason
    ).toBe(held[reason] ?? 0)

  // The receiver has each that was sent; what came twice has the same key and says the same.
  expect(handlers.webhook).toEqual({ delivered: sent, failed: 0, dropped: 0, waiting: 0, trouble: '' })
  expect([...receiver.taken.keys()].toSorted()).toEqual(told.map(({ alert }) => alert).toSorted())
  const twice = [...receiver.taken.values()].reduce((total, n) => total + n - 1, 0)
  // Each kill can lose the note of what was delivered since the last commit.
  expect(twice).toBeLessThanOrEqual(receiver.lostAnswers() + kills * 100)
  if (kills === 0) expect(twice).toBe(receiver.lostAnswers())
  const bodies = new Map<string, string>()
  for (const { id, signature, timestamp, body } of receiver.requests) {
    const expected = createHmac('sha256', KEY).update(`${id}.${timestamp}.${body}`).digest('base64')
    expect(signature).toBe(`v1,${expected}`)
    expect(bodies.get(id) ?? body).toBe(body)
    bodies.set(id, body)
  }

  // A receiver that is not there costs its own alerts, counted, and nobody else's.
  const { dead } = handlers
  expect(dead!.delivered).toBe(0)
  expect(dead!.failed + dead!.dropped + dead!.waiting).toBe(sent)
  expect(dead!.waiting).toBe(Math.min(300, sent))
}

test(`two hours of alerts add up, and kill -9 in between loses and doubles nothing`, {
  timeout: 2 * DAY_MS,
  retry: 0
}, async () => {
  console.log(`alerts: VEDETTE_ALERT_SEED=${SEED}`)
  const [quiet, killed] = await Promise.all([live(0), live(KILLS)])
  expectExact(quiet)
  expectExact(killed)
  expect(killed.kills).toBeGreaterThan(KILLS / 2)
  const { raised, sent, held } = quiet.counts
  for (const reason of ['suspended', 'debounce', 'throttle', 'burst', 'rate', 'grouped'] as const)
    expect(held[reason], reason).toBeGreaterThan(0)
  // Each decision is the same as if nothing had happened.
  expect({ ...killed.counts, handlers: null }).toEqual({ ...quiet.counts, handlers: null })
  console.log(`alerts: ${raised} raised, ${sent} sent, held back ${JSON.stringify(held)}; ${killed.kills} kills`)
})
