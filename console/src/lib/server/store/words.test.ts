import { expect, test } from 'vitest'
import { tell } from './words.ts'

const car = {
  camera: 'yard',
  track: 7,
  label: 'car',
  confidence: 0.8,
  box: [0, 0, 0.1, 0.1] as [number, number, number, number]
}
const attributes = [
  { stage: 2, label: 'red', confidence: 0.79 },
  { stage: 3, label: 'estate', confidence: 0.6 }
]

test('a track is told of with what secondary models say of it', () => {
  expect(tell({ kind: 'track.began', ...car, attributes }, 'Yard')).toBe('car (red, estate) seen by Yard')
  expect(tell({ kind: 'track.ended', ...car, attributes, durationMs: 4200 }, 'Yard')).toBe(
    'car (red, estate) gone from Yard after 4 s'
  )
  expect(tell({ kind: 'track.began', ...car }, 'Yard')).toBe('car seen by Yard')
})
