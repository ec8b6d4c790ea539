import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { AT, event, health, presence, reported, SPOOL } from '../testing/messages.ts'
import { newDataDir } from '../testing/world.ts'
import { commit } from './commit.ts'
import { KEEP } from './retention.ts'
import { minuteOf, pointOf } from './series.ts'
import { add, toRanges } from './spools.ts'
import { openStore } from './store.ts'
import { openVault } from './vault.ts'

const box = 'box'
const MINUTE = 60_000

function newStore(now: () => number, dataDir = newDataDir()) {
  const store = openStore(dataDir, now)
  onTestFinished(() => store.close())
  if (!store.boxes.find(box)) store.boxes.insert({ id: box, name: 'Box', secretHash: Buffer.alloc(32), addedAt: 0 })
  return store
}

test('every commit is on disk before it counts, in a write-ahead log', () => {
  const dir = newDataDir()
  newStore(Date.now, dir)
  const db = new Sqlite(join(dir, 'vedette.db'), { readonly: true })
  onTestFinished(() => void db.close())
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
})

test('old health is rolled into minutes, older minutes and events are forgotten', () => {
  const start = Date.parse('2026-01-01T00:00:00.000Z')
  let now = start
  const store = newStore(() => now)
  for (let i = 0; i < 12; i++) {
    const at = new Date(start + i * 10_000).toISOString()
    const message = { ...health({}, at), cpuPercent: i < 6 ? 20 : 40 }
    commit(store, [{ kind: 'health', box, message }], now)
  }
  commit(
    store,
    [{ kind: 'events', box, spool: SPOOL, events: [{ ...event(1), at: new Date(start).toISOString() }] }],
    now
  )
  now = start + KEEP.healthRawMs + 5 * MINUTE
  store.clean()
  const span = { fromMs: start, toMs: start + 10 * MINUTE }
  expect(store.room.health(box, span)).toMatchObject({ at: [start / 1000, start / 1000 + 60], cpuPercent: [20, 40] })
  expect(store.room.events({ limit: 10 })).toHaveLength(1)
  now = start + KEEP.healthMinutesMs + MINUTE * 10
  store.clean()
  expect(store.room.health(box, span).at).toEqual([])
  expect(store.room.events({ limit: 10 })).toEqual([])
})

test('an event that was forgotten is still known, and not stored again', () => {
  let now = Date.parse(AT)
  const store = newStore(() => now)
  const write = { kind: 'events' as const, box, spool: SPOOL, events: [event(1), event(2)] }
  commit(store, [write], now)
  now += KEEP.eventsMs + MINUTE
  store.clean()
  expect(commit(store, [write], now).events).toEqual([])
  expect(store.events.ranges(box, SPOOL)).toEqual([[1, 2]])
})

test('numbers that come in any order end as the ranges that they make', () => {
  const store = newStore(() => Date.parse(AT))
  const say = (...numbers: number[]) => {
    const events = numbers.map((n) => event(n))
    return commit(store, [{ kind: 'events', box, spool: SPOOL, events }], 1000).events.map(({ n }) => n)
  }
  const ranges = () => store.events.ranges(box, SPOOL)
  expect(say(1, 2)).toEqual([1, 2])
  expect(say(3)).toEqual([3])
  expect(say(7, 8)).toEqual([7, 8])
  expect(ranges()).toEqual([
    [1, 3],
    [7, 8]
  ])
  // After the first range, but not after the last: 7 and 8 are known.
  expect(say(4, 5, 6, 7, 8, 9)).toEqual([4, 5, 6, 9])
  expect(say(9, 10)).toEqual([10])
  expect(say(10)).toEqual([])
  expect(ranges()).toEqual([[1, 10]])
  expect(store.room.events({ box, limit: 20 })).toHaveLength(10)
})

test('after a restart the pages are whole, and a box that has not come back is offline', () => {
  const dir = newDataDir()
  const first = newStore(Date.now, dir)
  commit(
    first,
    [
      { kind: 'presence', box, message: presence() },
      { kind: 'reported', box, message: reported() }
    ],
    1000
  )
  commit(first, [{ kind: 'events', box, spool: SPOOL, events: [event(1)] }], 1000)
  expect(first.room.listBoxes()[0]?.state).toBe('live')
  const second = newStore(Date.now, dir)
  const view = second.room.box(box)
  expect(view).toMatchObject({ state: 'offline', reported: { engine: { state: 'running' } } })
  expect(view?.why).toContain('Not back since the console was started')
  expect(view?.lastEvent?.text).toBe('Agent 0.1.0 started')
})

test('messages of a box that was removed meanwhile do not hold up the others', () => {
  const store = newStore(Date.now)
  const other = { kind: 'presence' as const, box: 'gone', message: presence() }
  const changes = commit(store, [other, { kind: 'presence', box, message: presence() }], 1000)
  expect([...changes.boxes]).toEqual([box])
})

test('events come in pages, newest first, without a gap', () => {
  const store = newStore(Date.now)
  const events = Array.from({ length: 10 }, (_, i) => event(i + 1))
  commit(store, [{ kind: 'events', box, spool: SPOOL, events }], 1000)
  const numbers: number[] = []
  let before: string | undefined
  for (;;) {
    const page = store.room.events({ box, limit: 3, ...(before && { before }) })
    if (page.length === 0) break
    numbers.push(...page.map((one) => one.n))
    before = page.at(-1)?.key
  }
  expect(numbers).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
})

test('ranges of numbers join where they touch', () => {
  expect(toRanges([3, 1, 2, 7])).toEqual([
    [1, 3],
    [7, 7]
  ])
  expect(add([[1, 3]], [5])).toEqual([
    [1, 3],
    [5, 5]
  ])
  expect(
    add(
      [
        [1, 3],
        [5, 9]
      ],
      [4, 9]
    )
  ).toEqual([[1, 9]])
})

test('a minute is the mean of what was told; what nobody told stays unknown', () => {
  const camera = { fps: 10, analysedFps: 10, latencyMsP50: null, latencyMsP99: null, lastFrameAgeMs: null }
  const more = { bitsPerSecond: 0, objectsPerFrame: 0 }
  const one = pointOf(health({ door: { ...camera, ...more, dropped: 1 } }))
  const two = pointOf({ ...health({ door: { ...camera, ...more, fps: 20, dropped: 5 } }), cpuPercent: null })
  expect(minuteOf([one, two])).toMatchObject({
    cpuPercent: 40,
    temperatureC: null,
    fps: 15,
    cameras: { door: { fps: 15, latencyMsP50: null, dropped: 5 } }
  })
})

test('a secret is bound to its row and its key file is private', () => {
  const dir = newDataDir()
  const vault = openVault(dir)
  const secret = vault.encrypt('admin', 'box/door')
  expect(secret.includes('admin')).toBe(false)
  expect(openVault(dir).decrypt(secret, 'box/door')).toBe('admin')
  expect(() => vault.decrypt(secret, 'box/gate')).toThrow()
  const file = join(dir, 'secret.key')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  writeFileSync(file, readFileSync(file).subarray(0, 5))
  expect(() => openVault(dir)).toThrow('expected 32 bytes, received 5')
})
