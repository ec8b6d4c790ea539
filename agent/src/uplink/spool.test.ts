import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import type { EventBody } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { runs } from './given_up.ts'
import { Spool, type SpoolOptions } from './spool.ts'

const applied = (rev: number): EventBody => ({ kind: 'desired.applied', rev })

function makeFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'spool-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'spool.db')
}

function makeSpool(options: Partial<SpoolOptions> = {}): Spool {
  const spool = new Spool({ file: makeFile(), maxBytes: 1e6, maxAgeMs: 1e9, ...options })
  spool.start()
  onTestFinished(() => spool.stop())
  return spool
}

const numbers = (spool: Spool, limit = 10_000) => spool.unreceipted(limit).map((event) => event.n)
const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

test('numbers events 1 … N and forgets what the console has received, by ranges', () => {
  const spool = makeSpool()
  for (let i = 1; i <= 10; i++) spool.add(applied(i), 'info')
  expect(numbers(spool)).toEqual([])
  spool.commit()
  expect(numbers(spool)).toEqual(oneTo(10))
  expect(spool.unreceipted(1)[0]).toMatchObject({ n: 1, severity: 'info', kind: 'desired.applied', rev: 1 })
  spool.receive(spool.status().id!, [
    [1, 3],
    [5, 5]
  ])
  expect(numbers(spool, 3)).toEqual([4, 6, 7])
  spool.commit()
  expect(numbers(spool)).toEqual([4, 6, 7, 8, 9, 10])
  expect(spool.status().waiting).toBe(6)
})

test('keeps its id, its count and its events over a restart, and gives no track id twice', () => {
  const file = makeFile()
  const first = makeSpool({ file })
  const track = first.nextTrackId()
  first.add(applied(1), 'info')
  first.stop()
  const second = makeSpool({ file })
  second.add(applied(2), 'info')
  second.commit()
  expect(numbers(second)).toEqual([1, 2])
  expect(second.status().id).toBe(first.status().id ?? second.status().id)
  expect(second.nextTrackId()).toBeGreaterThan(track)
})

test('ignores receipts for another spool', () => {
  const spool = makeSpool()
  spool.add(applied(1), 'info')
  spool.commit()
  spool.receive('01ARZ3NDEKTSV4RRFFQ69G5FAV', [[1, 1]])
  expect(numbers(spool)).toEqual([1])
})

test('gives up the least severe and oldest when full, and still accounts for every number', () => {
  const spool = makeSpool({ maxBytes: 40 * 80 })
  for (let i = 1; i <= 100; i++) spool.add(applied(i), i % 10 === 0 ? 'error' : 'debug')
  spool.commit()
  const events = spool.unreceipted(1000)
  expect(events.map((event) => event.n)).toEqual(oneTo(100))
  const given = events.filter((event) => event.kind === 'spool.dropped')
  expect(given.length).toBeGreaterThan(30)
  expect(given[0]).toMatchObject({ n: 1, dropped: 1, reason: 'the spool was full' })
  expect(events.filter((event) => event.severity === 'error')).toHaveLength(10)
  expect(events.at(-1)).toMatchObject({ rev: 100 })
  spool.receive(spool.status().id!, [[5, 15]])
  spool.commit()
  expect(numbers(spool)).toEqual(oneTo(100).filter((n) => n < 5 || n > 15))
})

test('gives up what is too old', () => {
  let now = 0
  const file = makeFile()
  const spool = makeSpool({ file, maxAgeMs: 1000, now: () => now })
  spool.add(applied(1), 'error')
  spool.commit()
  now = 5000
  spool.add(applied(2), 'error')
  spool.giveUpOld()
  spool.commit()
  expect(spool.unreceipted(9)).toMatchObject([
    { n: 1, kind: 'spool.dropped', reason: 'the event was too old' },
    { rev: 2 }
  ])
})

test('with a full disk keeps events in memory, says so once, and stores them when there is room', () => {
  const troubles: (string | null)[] = []
  const spool = makeSpool({ maxPages: 12, trouble: (reason) => troubles.push(reason) })
  for (let i = 1; troubles.length === 0 && i < 10_000; i++) {
    spool.add(applied(i), 'info')
    if (i % 100 === 0) spool.commit()
  }
  expect(troubles).toEqual([expect.stringContaining('full')])
  const stored = numbers(spool)
  spool.add(applied(0), 'info')
  spool.commit()
  expect(spool.status()).toMatchObject({ trouble: expect.stringContaining('kept in memory') })
  expect(spool.status().inMemory).toBeGreaterThan(0)
  expect(numbers(spool)).toEqual(stored)
  spool.receive(spool.status().id!, [[1, stored.length]])
  spool.commit()
  expect(troubles.at(-1)).toBeNull()
  expect(spool.status()).toMatchObject({ inMemory: 0, trouble: null })
  expect(numbers(spool)[0]).toBe(stored.length + 1)
})

test('counts what even the memory could not hold in one event', () => {
  const troubles: (string | null)[] = []
  const spool = makeSpool({ file: join(makeFile(), 'no-such-directory'), trouble: (reason) => troubles.push(reason) })
  for (let i = 0; i < 10_005; i++) spool.add(applied(i), 'info')
  expect(spool.status()).toMatchObject({ id: null, inMemory: 10_000, lostInMemory: 5 })
  expect(troubles).toHaveLength(1)
})

test('sets a damaged file aside and begins a new spool', () => {
  const file = makeFile()
  writeFileSync(file, 'this is no database, but long enough to be taken for the header of one. '.repeat(20))
  const spool = makeSpool({ file })
  spool.add(applied(1), 'info')
  spool.commit()
  expect(numbers(spool)).toEqual([1])
})

test('holds 1 … N over kill -9 of its writer at any moment', { timeout: 30_000 }, async () => {
  const file = makeFile()
  let committed = 0
  for (let round = 0; round < 4; round++) {
    const writer = spawn(process.execPath, [new URL('./testing/spool_writer.ts', import.meta.url).pathname, file], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    onTestFinished(() => void writer.kill('SIGKILL'))
    committed = await killAfter(writer, 20 + round * 7)
  }
  const spool = makeSpool({ file })
  const found = numbers(spool, 1_000_000)
  expect(found.length).toBeGreaterThanOrEqual(committed)
  expect(found).toEqual(oneTo(found.length))
})

/** The last number that the writer said was committed. */
async function killAfter(writer: ChildProcess, lines: number): Promise<number> {
  let last = 0
  let seen = 0
  const exited = once(writer, 'exit')
  for await (const line of createInterface({ input: writer.stdout! })) {
    last = Number(line)
    if (++seen === lines) writer.kill('SIGKILL')
  }
  await exited
  return last
}

test('joins numbers into runs', () => {
  expect(runs([1, 2, 3, 7, 8, 10])).toEqual([
    [1, 3],
    [7, 8],
    [10, 10]
  ])
})

test('every event says how sure its time is, and those of this run that are not move when the clock is set', () => {
  const file = makeFile()
  let [now, uncertaintyMs] = [0, null as number | null]
  const clock = { now: () => now, uncertaintyMs: () => uncertaintyMs }
  const before = makeSpool({ file, ...clock })
  before.add(applied(1), 'info')
  before.stop()
  const spool = makeSpool({ file, ...clock })
  spool.add(applied(2), 'info')
  spool.commit()
  uncertaintyMs = 1.5
  spool.add(applied(3), 'info')
  spool.commit()
  uncertaintyMs = null
  spool.add(applied(4), 'info')
  spool.correct(60_000)
  spool.commit()
  expect(spool.unreceipted(9).map((event) => [event.n, Date.parse(event.at), event.uncertaintyMs])).toEqual([
    [1, 0, null],
    [2, 60_000, null],
    [3, 0, 1.5],
    [4, 60_000, null]
  ])
})

test('a spool of an older agent, without the column for it, goes on', () => {
  const file = makeFile()
  const old = new DatabaseSync(file)
  old.exec(`CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE event (n INTEGER PRIMARY KEY, at_ms INTEGER, severity INTEGER, body TEXT);
    INSERT INTO meta VALUES ('id', '01KAJZ0000M4N5P6Q7R8S9T0VW'), ('last', 1);
    INSERT INTO event VALUES (1, 0, 1, '{"kind":"desired.applied","rev":7}');`)
  old.close()
  const spool = makeSpool({ file })
  spool.add(applied(8), 'info')
  spool.commit()
  expect(spool.unreceipted(9)).toEqual([
    expect.objectContaining({ n: 1, rev: 7, uncertaintyMs: null }),
    expect.objectContaining({ n: 2, rev: 8 })
  ])
})
