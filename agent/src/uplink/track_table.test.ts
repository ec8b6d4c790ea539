import { expect, test } from 'vitest'
import { RECORD, ROW, TrackTable } from './track_table.ts'

test('finds each track by its id while thousands come and go', () => {
  const table = new TrackTable()
  const expected = new Map<number, number>()
  let seed = 1
  const next = (below: number) => {
    seed = (seed * 48271) % 2147483647
    return seed % below
  }
  for (let step = 0; step < 5000; step++) {
    // Ids as trackers give them: counted, or with a number of the camera above 32 bits.
    const id = 1 + next(400) + (next(2) === 0 ? 0 : 2 ** 32 * 7)
    const one = table.find(id)
    expect(one >= 0).toBe(expected.has(id))
    if (one >= 0 && next(3) === 0) {
      table.remove(one)
      expected.delete(id)
    } else if (one < 0) {
      table.reserve(1)
      table.records[table.add(id) * RECORD + ROW] = step
      expected.set(id, step)
    }
  }
  expect(expected.size).toBeGreaterThan(100)
  expect(table.count).toBe(expected.size)
  for (const [id, step] of expected) expect(table.records[table.find(id) * RECORD + ROW]).toBe(step)
})
