import type { EventBody, Health } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { judged, type Standing, well } from './level.ts'
import { Wellness } from './wellness.ts'

const NOON_MS = Date.parse('2026-11-21T12:00:00.000Z')
const limit = { warn: 90, bad: 97 }
const limits = {
  ...{ cpuPercent: limit, memoryPercent: limit, diskPercent: limit, droppedPercent: { warn: 20, bad: 50 } },
  ...{ temperatureC: limit, gpuMemoryPercent: limit, gpuTemperatureC: limit },
  holdS: 30
}

test.each([
  ['a peak shorter than the hold is no level', [89, 99, 99, 60], 'ok'],
  ['what stays beyond a limit is', [91, 91, 91, 91], 'warn'],
  ['what stays beyond the second limit is bad', [99, 99, 99, 99], 'bad'],
  ['a figure round the limit stays what it is', [95, 95, 95, 95, 89, 88, 90, 87, 89], 'warn'],
  ['one clearly below for as long is well again', [95, 95, 95, 95, 80, 80, 80, 80], 'ok'],
  ['a dip shorter than the hold changes nothing', [95, 95, 95, 95, 20, 20, 95], 'warn'],
  ['what is not told is well', [null, null, null, null], 'ok']
])('%s', (_, values, expected) => {
  let standing: Standing = well
  for (const [i, value] of values.entries())
    standing = judged(standing, { value, limit }, { atMs: i * 10_000, holdMs: 30_000 })
  expect(standing.level).toBe(expected)
})

test('a level is told once when it begins and once when it ends, with what to do', () => {
  const { box, events, wait } = watched()
  for (let i = 0; i < 10; i++, wait()) box.look(health({ temperatureC: 96 }), {})
  for (let i = 0; i < 10; i++, wait()) box.look(health({ temperatureC: 50 }), {})
  expect(events).toEqual([
    {
      kind: 'health.level',
      figure: 'temperature',
      level: 'warn',
      was: 'ok',
      reason: 'The machine is 96 °C hot (limit 90). Look at its fans, dust, sun and the air around it.'
    },
    { kind: 'health.level', figure: 'temperature', level: 'ok', was: 'warn', reason: '' }
  ])
})

test('while it lasts it is in the levels, and gone afterwards', () => {
  const { box, wait } = watched()
  for (let i = 0; i < 5; i++, wait()) box.look(health({ diskUsedBytes: 98, diskTotalBytes: 100 }), {})
  expect(box.levels).toEqual([
    {
      ...{ figure: 'disk', level: 'bad', value: 98, limit: 97, unit: '%', since: '2026-11-21T12:00:30.000Z' },
      reason: expect.stringContaining('98 % full (limit 97)'),
      remedy: expect.stringContaining('Make room')
    }
  ])
  for (let i = 0; i < 5; i++, wait()) box.look(health({ diskUsedBytes: 10, diskTotalBytes: 100 }), {})
  expect(box.levels).toEqual([])
})

test('a camera whose frames are thrown away is named; one that is gone is forgotten', () => {
  const { box, wait } = watched()
  for (let i = 1; i <= 5; i++, wait())
    box.look(health({}), {
      door: { framesDropped: 30 * i, framesAnalysed: 70 * i },
      yard: { framesDropped: 0, framesAnalysed: 100 * i }
    })
  expect(box.levels.map(({ figure, level }) => [figure, level])).toEqual([['camera door', 'warn']])
  box.look(health({}), {})
  expect(box.levels).toEqual([])
})

function watched() {
  let ms = 0
  const events: EventBody[] = []
  const box = new Wellness({
    limits: () => limits,
    emit: (event) => events.push(event),
    now: () => ms,
    wall: () => NOON_MS + ms
  })
  const wait = () => {
    ms += 10_000
  }
  return { box, events, wait }
}

function health(of: Partial<Health>): Health {
  return {
    ...{ v: 1, at: '2026-11-21T12:00:00.000Z', uptimeS: 1, cpuPercent: 5, loadPerCore: 0.1 },
    ...{ memoryUsedBytes: 1, memoryTotalBytes: 10, agentRssBytes: 1, engineRssBytes: null },
    ...{ diskUsedBytes: 1, diskTotalBytes: 10, temperatureC: 40, gpu: [] },
    ...{ clock: { synchronised: true, uncertaintyMs: null }, spoolWaiting: 0, dropped: 0, inferMs: null, cameras: {} },
    ...of
  }
}
