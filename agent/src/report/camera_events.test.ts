import type { CameraState } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { CameraEvents } from './camera_events.ts'

function told(events: CameraEvents, states: CameraState[]): string[] {
  return states.flatMap((state) => {
    const was = events.newsOf('door', state)
    return was === null ? [] : [`${was} > ${state}`]
  })
}

test('a camera that is down for a night is told of when it goes and when it is back', () => {
  const night = Array.from({ length: 500 }, (): CameraState[] => ['connecting', 'backing_off']).flat()
  expect(told(new CameraEvents(), ['connecting', 'live', 'backing_off', ...night, 'connecting', 'live'])).toEqual([
    'idle > connecting',
    'connecting > live',
    'live > backing_off',
    'backing_off > live'
  ])
})

test('another trouble is news', () => {
  const states: CameraState[] = ['connecting', 'backing_off', 'connecting', 'auth_failed', 'connecting', 'stalled']
  expect(told(new CameraEvents(), states)).toEqual([
    'idle > connecting',
    'connecting > backing_off',
    'backing_off > auth_failed',
    'auth_failed > stalled'
  ])
})

test('a camera that was removed and added again begins anew', () => {
  const events = new CameraEvents()
  told(events, ['connecting', 'live'])
  events.keep(['yard'])
  expect(told(events, ['connecting'])).toEqual(['idle > connecting'])
})
