import { join } from 'node:path'
import type { Tracks } from '@vedette/protocol'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { newDataDir } from '../testing/world.ts'
import { commit } from './commit.ts'
import { openStore } from './store.ts'
import { CHUNK_MS } from './tracks.ts'

const START = Date.parse('2026-11-21T12:00:00.000Z')
const SECOND = 1000

function newStore(dataDir = newDataDir()) {
  const store = openStore(dataDir, () => START)
  onTestFinished(() => store.close())
  if (!store.boxes.find('box')) store.boxes.insert({ id: 'box', name: '', secretHash: Buffer.alloc(32), addedAt: 0 })
  const say = (fromMs: number, tracks: Tracks['tracks'], nowMs = fromMs) =>
    commit(store, [{ kind: 'tracks', box: 'box', message: { v: 1, from: iso(fromMs), tracks } }], nowMs)
  const rows = () => {
    const db = new Sqlite(join(dataDir, 'vedette.db'), { readonly: true })
    onTestFinished(() => void db.close())
    return db.prepare('select camera, at, length(body) as bytes from tracks order by id').all()
  }
  const list = (camera: string, fromMs: number, toMs: number) => store.room.tracks({ box: 'box', camera, fromMs, toMs })
  return { store, say, rows, list }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function one(camera: string, track = 1, label = 'person'): Tracks['tracks'][number] {
  return { camera, track, label, confidence: 0.8125, points: [[0, 0.1, 0.2, 0.3, 0.4]] }
}

test('a track comes back as it was said, to a hundred-thousandth of the picture', () => {
  const { say, list } = newStore()
  const points: Tracks['tracks'][number]['points'] = [
    [0, 0, 0.33333, 0.5, 1],
    [933, 0.12345, 0.54321, 0.00001, 0.99999]
  ]
  const track = 2 ** 53 - 1
  say(START, [{ camera: 'door', track, label: 'person', confidence: 0.8125, points }, one('gate', 3, 'car')])
  const [found, ...others] = list('door', START, START)
  expect(others).toEqual([])
  expect(found).toMatchObject({ camera: 'door', track, label: 'person', from: iso(START) })
  expect(found?.confidence).toBeCloseTo(0.8125, 4)
  expect(found?.points.map(([ms]) => ms)).toEqual([0, 933])
  for (const [p, point] of points.entries()) {
    for (let i = 1; i <= 4; i++) expect(Math.abs(found!.points[p]![i]! - point[i]!)).toBeLessThan(0.00002)
  }
  expect(list('gate', START, START)).toMatchObject([{ camera: 'gate', track: 3, label: 'car' }])
})

test('seconds of a camera are one row, and are found one by one, whether they are written or still wait', () => {
  const { say, rows, list } = newStore()
  for (let s = 0; s <= 15; s++) say(START + s * SECOND, [one('door', s), one('gate', s, `label ${s % 3}`)])
  expect(rows()).toMatchObject([
    { camera: 'door', at: START },
    { camera: 'gate', at: START }
  ])
  const numbers = (from: number, to: number) =>
    list('door', START + from * SECOND, START + to * SECOND).map(({ track }) => track)
  expect(numbers(0, 15)).toEqual(Array.from({ length: 16 }, (_, s) => s))
  expect(numbers(3, 4)).toEqual([3, 4])
  expect(numbers(9, 12)).toEqual([9, 10, 11, 12])
  expect(list('gate', START, START + 2 * SECOND).map(({ label }) => label)).toEqual(['label 0', 'label 1', 'label 2'])
})

test('what a camera that fell silent said last is written with the next message of another', () => {
  const { say, rows } = newStore()
  say(START, [one('door')])
  say(START + CHUNK_MS - 1, [one('gate')])
  expect(rows()).toEqual([])
  say(START + CHUNK_MS, [one('gate')])
  expect(rows()).toMatchObject([{ camera: 'door' }])
})

test('a clock that was set back does not hide what came after it', () => {
  const { say, list } = newStore()
  say(START, [one('door', 1)], START)
  say(START - 3600 * SECOND, [one('door', 2)], START + SECOND)
  say(START + SECOND, [one('door', 3)], START + 2 * SECOND)
  expect(list('door', START - 3600 * SECOND, START - 3600 * SECOND).map(({ track }) => track)).toEqual([2])
  expect(list('door', START, START + SECOND).map(({ track }) => track)).toEqual([1, 3])
})

test('a console that is stopped keeps what waits', () => {
  const dir = newDataDir()
  const first = newStore(dir)
  first.say(START, [one('door')])
  first.store.close()
  expect(newStore(dir).list('door', START, START)).toHaveLength(1)
})
