import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventBody } from '@vedette/protocol'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Spool, type SpoolOptions } from '../uplink/spool.ts'
import type { AlertHandler, Delivered } from './alert_handler.ts'
import { RefusedAlert } from './alert_handler.ts'
import { Alerts, type AlertsOptions } from './alerts.ts'
import { limitsOf } from './limits.ts'
import type { RuleSeen } from './rule_seen.ts'
import type { Trouble } from './trouble.ts'

const BEGIN = Date.parse('2026-11-21T12:00:00.000Z')
const seen: RuleSeen = {
  ...{ camera: 'door', rule: 'gate', name: 'Gate', what: 'line-crossed', phase: 'happened' },
  ...{ seenAt: '2026-11-21T12:00:00.000Z', track: 3, label: 'person', confidence: 0.9, direction: 'in', count: 17 },
  box: [0.1, 0.2, 0.3, 0.4]
}

function makeFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'alerts-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'spool.db')
}

function handlerOf(name: string, handle: AlertHandler['handle'], more: Partial<AlertHandler> = {}) {
  const got: Delivered[] = []
  const handler: AlertHandler = {
    ...{ name, minSeverity: 'debug', takesPicture: false },
    async handle(alert, signal) {
      await handle(alert, signal)
      got.push(alert)
    },
    ...more
  }
  return { handler, got }
}
const works = async () => undefined

/** A box's alerts and its spool, with a clock that the test moves. */
function start(options: Partial<AlertsOptions> & { file?: string; spool?: Partial<SpoolOptions> }) {
  const clock = { nowMs: BEGIN }
  const events: EventBody[] = []
  const lines: string[] = []
  const alerts = new Alerts({
    box: { id: 'box-1', name: 'Box' },
    limits: limitsOf({ debounceS: 0 }),
    handlers: [],
    cameraName: () => 'Front door',
    emit: (event, severity) => {
      events.push(event)
      spool.add(event, severity)
    },
    commitSoon: () => spool.commitSoon(),
    picture: async () => null,
    forgetPicture: () => undefined,
    log: (line) => lines.push(line),
    now: () => clock.nowMs,
    queue: { firstRetryMs: 2, longestRetryMs: 10 },
    ...options
  })
  const spool: Spool = new Spool({
    ...{ file: options.file ?? makeFile(), maxBytes: 1e9, maxAgeMs: 1e15, now: () => clock.nowMs, tenant: alerts.book },
    ...options.spool
  })
  spool.start()
  alerts.start()
  const stop = async () => {
    await alerts.stop()
    spool.stop()
  }
  onTestFinished(stop)
  return { alerts, spool, clock, events, lines, stop }
}

const until = (what: () => void) => vi.waitFor(what, { timeout: 20_000, interval: 5 })

test('tells people what a rule has seen, and the console that they were told', async () => {
  const { handler, got } = handlerOf('all', works)
  const { alerts, events } = start({ handlers: [handler] })
  alerts.raise(seen, 'warning')
  await until(() => expect(got).toHaveLength(1))
  expect(got[0]).toMatchObject({
    message: 'Front door: person crossed “Gate” (in), 17 so far',
    camera: { id: 'door', name: 'Front door' },
    severity: 'warning',
    heldBack: {}
  })
  expect(events).toEqual([expect.objectContaining({ kind: 'alert.sent', alert: got[0]!.id, held: {}, grouped: 0 })])
  expect(alerts.counts).toMatchObject({ raised: 1, sent: 1, handlers: { all: { delivered: 1, waiting: 0 } } })
})

test('the next alert says how many of its kind were held back and why; without one, an event does', async () => {
  const { handler, got } = handlerOf('all', works)
  const { alerts, clock, events } = start({ handlers: [handler], limits: limitsOf({ debounceS: 0, throttleS: 60 }) })
  for (let i = 0; i < 31; i++) alerts.raise(seen, 'warning')
  clock.nowMs += 60_000
  alerts.raise(seen, 'warning')
  await until(() => expect(got).toHaveLength(2))
  expect(got[1]!.heldBack).toEqual({ throttle: 30 })
  alerts.raise(seen, 'warning')
  clock.nowMs += 61_000
  alerts.look()
  expect(events.at(-1)).toEqual({
    ...{ kind: 'alert.held', camera: 'door', rule: 'gate', name: 'Gate', label: 'person', held: { throttle: 1 } },
    ...{ from: '2026-11-21T12:01:00.000Z', until: '2026-11-21T12:01:00.000Z' }
  })
  expect(alerts.counts).toMatchObject({ raised: 33, sent: 2, held: { throttle: 31 } })
})

test('one that is over before it has lasted is held back; one that lasts is sent by itself', async () => {
  const { handler, got } = handlerOf('all', works)
  const { alerts, clock } = start({ handlers: [handler], limits: limitsOf({ debounceS: 5 }) })
  alerts.raise({ ...seen, phase: 'began' }, 'warning')
  alerts.raise({ ...seen, phase: 'began', track: 4 }, 'warning')
  expect(alerts.counts).toMatchObject({ raised: 2, waiting: 2 })
  clock.nowMs += 1000
  alerts.raise({ ...seen, phase: 'ended', track: 3 }, 'warning')
  expect(alerts.counts).toMatchObject({ waiting: 1, held: { debounce: 1 } })
  clock.nowMs += 5000
  await until(() => expect(got).toMatchObject([{ track: 4 }]))
})

test('a handler that fails, hangs or refuses holds up no other', async () => {
  const good = handlerOf('good', works)
  const failing = handlerOf('failing', async () => Promise.reject(new Error('no way')))
  const hanging = handlerOf('hanging', () => new Promise(() => undefined))
  const refusing = handlerOf('refusing', async () => Promise.reject(new RefusedAlert('never')))
  const { alerts, lines } = start({
    handlers: [failing, hanging, refusing, good].map(({ handler }) => handler),
    limits: limitsOf({ debounceS: 0, throttleS: 0, burstThreshold: 100, maxPerMinute: 100 }),
    queue: { firstRetryMs: 2, longestRetryMs: 10, tryMs: 50, maxWaiting: 20 }
  })
  for (let i = 0; i < 50; i++) alerts.raise(seen, 'warning')
  await until(() => expect(good.got).toHaveLength(20))
  await until(() => expect(alerts.counts.handlers.refusing).toMatchObject({ failed: 20, dropped: 30, waiting: 0 }))
  await until(() => expect(alerts.counts.handlers.hanging?.trouble).toBe('it took too long'))
  const { failing: bad, hanging: stuck } = alerts.counts.handlers
  expect(bad).toEqual({ delivered: 0, failed: 0, dropped: 30, waiting: 20, trouble: 'no way' })
  expect(stuck).toMatchObject({ delivered: 0, dropped: 30, waiting: 20 })
  expect(lines.filter((line) => line.includes('alerts do not reach failing: no way'))).toHaveLength(1)
})

test('one that fails again and again does not hold up the others of its handler, and is given up when it is too old', async () => {
  const { handler, got } = handlerOf('picky', async ({ track }) => {
    if (track === 1) throw new Error('not this one')
  })
  const { alerts } = start({
    handlers: [handler],
    limits: limitsOf({ debounceS: 0, throttleS: 0 }),
    queue: { firstRetryMs: 2, longestRetryMs: 10, keepMs: 300 }
  })
  alerts.raise({ ...seen, track: 1 }, 'warning')
  alerts.raise({ ...seen, track: 2 }, 'warning')
  await until(() => expect(got).toMatchObject([{ track: 2 }]))
  await until(() => expect(alerts.counts.handlers.picky).toMatchObject({ delivered: 1, failed: 1, waiting: 0 }))
})

test('what could not be brought is brought after a restart, as the same alert; counts go on', async () => {
  const file = makeFile()
  const broken = handlerOf('all', async () => Promise.reject(new Error('down')))
  const before = start({ file, handlers: [broken.handler] })
  before.alerts.raise(seen, 'warning')
  before.alerts.raise(seen, 'warning')
  await until(() => expect(before.alerts.counts.handlers.all?.trouble).toBe('down'))
  await before.stop()
  const whole = handlerOf('all', works)
  const after = start({ file, handlers: [whole.handler] })
  await until(() => expect(whole.got).toHaveLength(1))
  expect(whole.got[0]!.id).toBe(before.events.flatMap((event) => (event.kind === 'alert.sent' ? [event.alert] : []))[0])
  after.alerts.raise(seen, 'warning')
  expect(after.alerts.counts).toMatchObject({ raised: 3, sent: 1, held: { throttle: 2 } })
  expect(after.alerts.counts.handlers.all).toMatchObject({ delivered: 1, failed: 0, dropped: 0, waiting: 0 })
})

test('with a disk that takes no writes alerts go out all the same, and are counted there when it does again', async () => {
  const file = makeFile()
  const { handler, got } = handlerOf('all', works)
  const { alerts, spool, stop } = start({
    ...{
      file,
      handlers: [handler],
      limits: limitsOf({ debounceS: 0, throttleS: 0, burstThreshold: 1000, maxPerMinute: 10_000 })
    },
    spool: { maxPages: 24 }
  })
  let n = 0
  while (spool.status().trouble === null && n < 5000) {
    n++
    alerts.raise(seen, 'warning')
    if (n % 20 === 0) spool.commit()
  }
  expect(spool.status().trouble).toContain('full')
  await until(() => expect(got).toHaveLength(n))
  await stop()
  // Room again.
  const again = start({ file })
  const { raised, sent, held } = again.alerts.counts
  expect(raised).toBe(sent + Object.values(held).reduce((sum, one) => sum + one, 0))
  expect(raised).toBeLessThan(n)
})

test('a handler of the console is put in place of the one before, and takes over what that had', async () => {
  const down = handlerOf('console', async () => Promise.reject(new Error('down')))
  const { alerts } = start({})
  await alerts.setHandler('console', down.handler)
  alerts.raise(seen, 'warning')
  await until(() => expect(alerts.counts.handlers.console).toMatchObject({ waiting: 1, trouble: 'down' }))
  const up = handlerOf('console', works)
  await alerts.setHandler('console', up.handler)
  await until(() => expect(up.got).toHaveLength(1))
  await alerts.setHandler('console', null)
  expect(alerts.counts.handlers).toEqual({})
})

test('a handler gets only what is grave enough for it, and a picture where it takes one', async () => {
  const grave = handlerOf('grave', works, { minSeverity: 'error' })
  const seeing = handlerOf('seeing', works, { takesPicture: true })
  const forgotten: string[] = []
  const { alerts } = start({
    handlers: [grave.handler, seeing.handler],
    picture: async () => new Uint8Array([1, 2, 3]),
    forgetPicture: ({ id }) => forgotten.push(id)
  })
  alerts.raise(seen, 'warning')
  alerts.raise(seen, 'error')
  await until(() => expect(seeing.got).toHaveLength(2))
  await until(() => expect(grave.got).toMatchObject([{ severity: 'error', picture: null }]))
  expect(seeing.got[0]?.picture).toEqual(new Uint8Array([1, 2, 3]))
  await until(() => expect(forgotten).toHaveLength(2))
})

test('switched off, nothing is raised', () => {
  const { alerts } = start({ limits: limitsOf({ enabled: false }) })
  alerts.raise(seen, 'error')
  expect(alerts.counts).toMatchObject({ raised: 0, sent: 0, waiting: 0 })
})

const down: Trouble = {
  ...{ key: 'camera door', kind: 'camera-down', camera: 'door', figure: null, severity: 'error' },
  ...{ reason: 'It does not answer. Check its power and its cable.', sinceMs: BEGIN - 30_000 }
}

test('what is wrong with the box goes by the same gate to the same handlers, its end too', async () => {
  const { handler, got } = handlerOf('grave', works, { minSeverity: 'error' })
  const { alerts, events, clock } = start({ handlers: [handler] })
  expect(alerts.announce(down, { isOver: false, isAgain: false })).toBe(true)
  clock.nowMs += 20_000
  expect(alerts.announce(down, { isOver: true, isAgain: false })).toBe(true)
  await until(() => expect(got).toHaveLength(2))
  expect(got).toMatchObject([
    {
      ...{ camera: { id: 'door' }, rule: { id: 'camera-down', kind: 'camera-down' }, severity: 'error', isOver: false },
      message: 'Front door is down: It does not answer. Check its power and its cable.'
    },
    { rule: { id: 'camera-down-over' }, isOver: true, durationMs: 50_000, message: 'Front door is back after 50 s' }
  ])
  expect(events).toMatchObject([
    { kind: 'alert.sent', camera: 'door', rule: 'camera-down' },
    { rule: 'camera-down-over' }
  ])
})

test('one that was held back counts once, however often it asks again', () => {
  const { alerts, clock } = start({})
  const again = () => alerts.announce(down, { isOver: false, isAgain: true })
  alerts.announce(down, { isOver: false, isAgain: false })
  expect(alerts.announce(down, { isOver: false, isAgain: false })).toBe(false)
  expect([again(), again()]).toEqual([false, false])
  expect(alerts.counts).toMatchObject({ raised: 2, sent: 1, held: { throttle: 1 } })
  clock.nowMs += 60_001
  expect(again()).toBe(true)
  expect(alerts.counts).toMatchObject({ raised: 3, sent: 2 })
})

test('an alert of the whole box names no camera', () => {
  const { alerts, events } = start({})
  const full = { ...down, key: 'level gpu 0 memory', kind: 'level', camera: null, figure: 'gpu 0 memory' } as const
  alerts.announce({ ...full, reason: 'The memory of the GPU is 99 % used.' }, { isOver: false, isAgain: false })
  expect(events).toEqual([
    expect.objectContaining({ rule: 'level-gpu-0-memory', message: 'The memory of the GPU is 99 % used.' })
  ])
  expect(events[0]).not.toHaveProperty('camera')
})

test('what was sent and what was held back is listed, newest first, page by page, written or not', async () => {
  const file = makeFile()
  const { alerts, clock, spool, stop } = start({ file })
  for (let i = 0; i < 6; i++) {
    alerts.raise({ ...seen, label: i % 2 === 0 ? 'person' : 'car' }, 'info')
    clock.nowMs += 100
  }
  const told = (list: ReturnType<typeof alerts.book.list>) =>
    list.map(({ alert, outcome }) => `${alert.label} ${outcome}`)
  const all = { held: null, limit: 10, before: null }
  const expected = ['car throttle', 'person throttle', 'car throttle', 'person throttle', 'car sent', 'person sent']
  expect(told(alerts.book.list(all))).toEqual(expected)
  await until(() => expect(alerts.book.hasChanges).toBe(false))
  expect(told(alerts.book.list(all))).toEqual(expected)
  const held = alerts.book.list({ held: true, limit: 3, before: null })
  expect(told(held)).toEqual(expected.slice(0, 3))
  expect(told(alerts.book.list({ held: true, limit: 3, before: held.at(-1)!.alert.id }))).toEqual(['person throttle'])
  expect(told(alerts.book.list({ held: false, limit: 1, before: null }))).toEqual(['car sent'])
  await stop()
  expect(spool.status().inMemory).toBe(0)
  expect(told(start({ file }).alerts.book.list(all))).toEqual(expected)
})
