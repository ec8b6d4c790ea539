import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { BoxClock } from './box_clock.ts'
import { SeenTime } from './seen_time.ts'

const HOUR_MS = 3_600_000
const TODAY = Date.parse('2026-11-21T12:00:00.000Z')
const unkept = { synchronised: null, uncertaintyMs: null }

test('a clock that may be right is taken as it is', () => {
  const { clock, pass } = ticking({ wallMs: TODAY, floorMs: TODAY - HOUR_MS })
  pass(5000)
  clock.look(unkept)
  expect([clock.now(), clock.words, clock.uncertaintyMs()]).toEqual([TODAY + 5000, '', null])
})

test('a box that starts in 1970 goes on from the last time that it has seen, and says so', () => {
  const { clock, pass } = ticking({ wallMs: 0, floorMs: TODAY })
  pass(5000)
  expect(clock.now()).toBe(TODAY + 5000)
  expect(clock.words).toMatch(/says 1970-01-01T00:00:05\.000Z, which is over: its times go on from 2026-11-21T12:00/)
  expect(clock.uncertaintyMs()).toBeNull()
})

test('when NTP sets the clock, what was before is told to be off by the difference, once', () => {
  const { clock, pass, set, jumps } = ticking({ wallMs: 0, floorMs: TODAY })
  pass(60_000)
  clock.look(unkept)
  set(TODAY + 24 * HOUR_MS)
  clock.look({ synchronised: true, uncertaintyMs: 1.5 })
  pass(10_000)
  clock.look({ synchronised: true, uncertaintyMs: 1.5 })
  expect(jumps).toEqual([[24 * HOUR_MS - 60_000, 'The clock was set forward by 24 h, or the machine slept.']])
  expect([clock.now(), clock.words, clock.uncertaintyMs()]).toEqual([TODAY + 24 * HOUR_MS + 10_000, '', 1.5])
})

test('a clock that NTP sets back is believed, also behind the last time seen', () => {
  const { clock, set, jumps } = ticking({ wallMs: 0, floorMs: TODAY })
  set(TODAY - HOUR_MS)
  clock.look({ synchronised: true, uncertaintyMs: null })
  expect([clock.now(), clock.words]).toEqual([TODAY - HOUR_MS, ''])
  expect(jumps[0]?.[0]).toBe(-HOUR_MS)
})

test('small corrections are no jump', () => {
  const { clock, pass, set, jumps } = ticking({ wallMs: TODAY, floorMs: 0 })
  pass(10_000)
  set(TODAY + 11_500)
  clock.look({ synchronised: true, uncertaintyMs: 1 })
  expect(jumps).toEqual([])
})

test('a clock that nobody keeps may be right, but is not trusted', () => {
  const { clock } = ticking({ wallMs: TODAY, floorMs: 0 })
  expect(clock.isTrusted).toBe(true)
  clock.look({ synchronised: false, uncertaintyMs: 3 })
  expect([clock.isTrusted, clock.words, clock.uncertaintyMs()]).toEqual([false, '', null])
})

test('the time seen is kept, once a minute, and is the floor of the next start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-clock-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  let ms = 0
  const seen = new SeenTime(folder, () => ms)
  const made = statSync(new URL('./seen_time.ts', import.meta.url)).mtimeMs
  expect(seen.floorMs()).toBe(made)
  const later = Date.parse('2040-01-01T00:00:00.000Z')
  await seen.keep(later)
  ms = 59_000
  await seen.keep(later + HOUR_MS)
  expect(readFileSync(join(folder, 'clock.json'), 'utf8')).toBe('{"seen":"2040-01-01T00:00:00.000Z"}\n')
  expect(new SeenTime(folder).floorMs()).toBe(later)
  writeFileSync(join(folder, 'clock.json'), 'torn')
  expect(new SeenTime(folder).floorMs()).toBe(made)
})

function ticking({ wallMs, floorMs }: { wallMs: number; floorMs: number }) {
  let [wall, monotonic] = [wallMs, 1000]
  const jumps: [number, string][] = []
  const clock = new BoxClock({
    floorMs,
    jumped: (byMs, reason) => jumps.push([byMs, reason]),
    wall: () => wall,
    monotonic: () => monotonic
  })
  const pass = (ms: number) => {
    wall += ms
    monotonic += ms
  }
  const set = (ms: number) => {
    wall = ms
  }
  return { clock, pass, set, jumps }
}
