import type { Schedule as Hours } from '@vedette/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Schedule } from './schedule.ts'
import { Scene } from './testing/scene.ts'
import { ZonedClocks } from './zoned_clocks.ts'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const MINUTE_MS = 60_000
/** Days on which clocks change, one of them by half an hour, and one on which a whole day is left out. */
const changes: [zone: string, day: number][] = [
  ['Europe/Berlin', Date.UTC(2026, 2, 28, 12)],
  ['Europe/Berlin', Date.UTC(2026, 9, 24, 12)],
  ['America/New_York', Date.UTC(2026, 2, 7, 12)],
  ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 0)],
  ['Australia/Lord_Howe', Date.UTC(2026, 9, 3, 0)],
  ['Pacific/Apia', Date.UTC(2011, 11, 29, 12)],
  ['Asia/Kathmandu', Date.UTC(2026, 5, 6, 12)],
  ['UTC', Date.UTC(2026, 11, 31, 12)]
]

/** By the letters on the wall alone. */
function isActiveByHand({ zone, hours }: Hours, wall: Intl.DateTimeFormat, ms: number): boolean {
  const [weekday = '', time = ''] = wall.format(ms).toLowerCase().split(/,? /)
  const day = DAYS.indexOf(weekday.slice(0, 3) as (typeof DAYS)[number])
  if (day < 0) throw new Error(`expected a day of the week in ${zone}, received ${weekday}`)
  const dayBefore = DAYS[(day + 6) % 7]!
  return hours.some(({ days, from, to }) => {
    if (from < to) return days.includes(DAYS[day]!) && time >= from && time < to
    return (days.includes(DAYS[day]!) && time >= from) || (days.includes(dayBefore) && time < to)
  })
}

const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 15, 30, 59)).map(([hour, minute]) => {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
})
const hours = fc.record({ days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1 }), from: time, to: time })

test('is in force in exactly the minutes that the clock on the wall says, through every change of clocks', () => {
  fc.assert(
    fc.property(fc.constantFrom(...changes), fc.array(hours, { minLength: 1, maxLength: 4 }), ([zone, from], spans) => {
      const given: Hours = { zone, hours: spans }
      const schedule = new Schedule(given, new ZonedClocks())
      const wall = new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        weekday: 'short',
        hour: '2-digit',
        minute: '2-digit'
      })
      for (let minute = 0; minute < 36 * 60; minute++) {
        const ms = from + minute * MINUTE_MS + (minute % 60) * 1000
        if (schedule.isActive(ms) !== isActiveByHand(given, wall, ms)) {
          throw new Error(`differs at ${new Date(ms).toISOString()} (${wall.format(ms)})`)
        }
      }
    }),
    { numRuns: 60 }
  )
})

test('a span over midnight belongs to the day on which it begins', () => {
  const schedule = new Schedule(
    { zone: 'UTC', hours: [{ days: ['fri'], from: '22:00', to: '06:00' }] },
    new ZonedClocks()
  )
  const at = (day: number, hour: number, minute = 0) => schedule.isActive(Date.UTC(2026, 10, day, hour, minute))
  // The 20th of November 2026 is a Friday.
  expect([at(20, 5), at(20, 21, 59), at(20, 22), at(21, 5, 59), at(21, 6), at(21, 23)]).toEqual([
    ...[false, false, true, true, false, false]
  ])
})

test('from a time to the same time is a whole day', () => {
  const schedule = new Schedule(
    { zone: 'UTC', hours: [{ days: ['sun'], from: '00:00', to: '00:00' }] },
    new ZonedClocks()
  )
  const at = (day: number, hour: number, minute: number) => schedule.isActive(Date.UTC(2026, 10, day, hour, minute))
  expect([at(21, 23, 59), at(22, 0, 0), at(22, 23, 59), at(23, 0, 0)]).toEqual([false, true, true, false])
})

const zone = [
  [0.4, 0.4],
  [0.8, 0.4],
  [0.8, 0.9],
  [0.4, 0.9]
] as [number, number][]
/** The scene begins at 12:00 UTC on a Saturday. */
const fromOneMinutePast = { zone: 'UTC', hours: [{ days: ['sat' as const], from: '12:01', to: '12:02' }] }

test('what comes outside of the hours is not told; what lasts begins and ends with them', () => {
  const scene = Scene.empty({
    in: { kind: 'zone-entered', name: 'Yard', zone, schedule: fromOneMinutePast },
    nobody: { kind: 'occupancy', name: 'Yard', zone, max: 0, seconds: 1, schedule: fromOneMinutePast },
    stays: { kind: 'loitering', name: 'Yard', zone, seconds: 5, schedule: fromOneMinutePast }
  })
  scene.walk(1, [
    [0.1, 0.6],
    [0.6, 0.6]
  ])
  scene.watch(50, { track: 1, at: [0.6, 0.6] })
  expect(scene.told).toEqual([])
  scene.watch(30, { track: 1, at: [0.6, 0.6] })
  expect(scene.told).toEqual(['began stays 1', 'began nobody'])
  scene.watch(60, { track: 1, at: [0.6, 0.6] })
  expect(scene.told.slice(2)).toEqual(['ended stays 1', 'ended nobody'])
})
