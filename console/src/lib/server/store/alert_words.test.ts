import { expect, test } from 'vitest'
import { tell } from './words.ts'

const about = { camera: 'door', rule: 'gate', name: 'Gate', label: 'person' }

test('an alert is told with what was held back since the last one', () => {
  const sent = {
    ...about,
    kind: 'alert.sent',
    alert: '01KAK3Q2ZC8V0V7TQW5B0R3N4X',
    message: 'Door: person crossed “Gate”'
  } as const
  expect(tell({ ...sent, grouped: 0, held: {} }, 'Door')).toBe('Alert: Door: person crossed “Gate”')
  expect(tell({ ...sent, grouped: 2, held: { throttle: 30, burst: 11 } }, 'Door')).toBe(
    'Alert: Door: person crossed “Gate” (and 2 more) — since the last one 41 held back (cooldown 30, burst 11)'
  )
})

test('alerts that went to nobody are told with their reasons', () => {
  const times = { from: '2026-11-21T12:00:00.000Z', until: '2026-11-21T12:01:00.000Z' }
  expect(tell({ ...about, kind: 'alert.held', held: { debounce: 3 }, ...times }, 'Door')).toBe(
    'Alerts of “Gate” at Door: 3 held back (over too soon 3)'
  )
  const disk = {
    kind: 'alert.held',
    rule: 'level-disk',
    name: 'Level of disk',
    held: { throttle: 1 },
    ...times
  } as const
  expect(tell(disk, '')).toBe('Alerts of “Level of disk”: 1 held back (cooldown 1)')
})
