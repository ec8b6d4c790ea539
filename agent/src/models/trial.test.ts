import { expect, test } from 'vitest'
import { beginTrial, judge, type Trial, type TrialInput } from './trial.ts'

const busy = { frames: 600, objects: 900 }

function after(before: Parameters<typeof beginTrial>[2], ...inputs: TrialInput[]): Trial['verdict'] {
  return inputs.reduce(judge, beginTrial(0, 60_000, before)).verdict
}

const running: TrialInput = { what: 'running', at: 1_000 }
const seen = (at: number, frames: number, objects: number): TrialInput => ({
  what: 'seen',
  at,
  counts: { frames, objects }
})

test('is good when it ran for a minute and saw something', () => {
  expect(after(busy, running, seen(60_000, 600, 1))).toEqual({ is: 'trying' })
  expect(after(busy, running, seen(30_000, 300, 1), { what: 'tick', at: 61_000 })).toEqual({ is: 'good' })
})

test('is bad when it saw nothing in its trial where the one before saw something', () => {
  const verdict = after(busy, running, seen(30_000, 300, 0), { what: 'tick', at: 61_000 })
  expect(verdict).toMatchObject({ is: 'bad' })
  expect(verdict.is === 'bad' && verdict.reason).toContain('900 objects in 600 frames')
})

test('is not blamed for an empty street', () => {
  expect(after({ frames: 600, objects: 2 }, running, seen(61_000, 600, 0))).toEqual({ is: 'good' })
  expect(after(null, running, seen(61_000, 600, 0))).toEqual({ is: 'good' })
})

test('is not judged while the cameras are away', () => {
  expect(after(busy, running, { what: 'tick', at: 600_000 })).toEqual({ is: 'trying' })
  expect(after(busy, running, { what: 'tick', at: 600_000 }, seen(601_000, 40, 3))).toEqual({ is: 'good' })
})

test('is bad at once when the pipeline says that the model does not start', () => {
  const failed: TrialInput = { what: 'failed', at: 500, code: 'model', message: 'no inputs' }
  expect(after(busy, failed)).toEqual({ is: 'bad', reason: 'It does not start: no inputs' })
  expect(after(busy, { ...failed, code: 'element' })).toEqual({ is: 'trying' })
})

test('is bad when the engine falls three times within 30 s, not when it takes longer', () => {
  const fell = (at: number): TrialInput => ({ what: 'fell', at })
  expect(after(busy, fell(0), fell(15_000), fell(30_000))).toMatchObject({ is: 'bad' })
  expect(after(busy, fell(0), fell(15_000), fell(30_001))).toEqual({ is: 'trying' })
})

test('keeps its verdict', () => {
  const late: TrialInput = { what: 'failed', at: 70_000, code: 'model', message: 'late' }
  expect(after(null, running, seen(61_000, 60, 1), late)).toEqual({ is: 'good' })
})
