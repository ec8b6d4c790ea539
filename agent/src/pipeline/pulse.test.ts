import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Pulse } from './pulse.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function startPulse() {
  const silent = vi.fn()
  const pulse = new Pulse({ everyMs: 500, looks: 5, silent })
  pulse.start()
  return { pulse, silent }
}

test('tells once of a silence of so many looks', () => {
  const { silent } = startPulse()
  vi.advanceTimersByTime(2_499)
  expect(silent).not.toHaveBeenCalled()
  vi.advanceTimersByTime(60_000)
  expect(silent).toHaveBeenCalledOnce()
})

test('is content with one beat in a while', () => {
  const { pulse, silent } = startPulse()
  for (let s = 0; s < 60; s += 2) {
    vi.advanceTimersByTime(2_000)
    pulse.beat()
  }
  expect(silent).not.toHaveBeenCalled()
})

test('accuses nobody when the clock jumps because it stood still itself', () => {
  const { pulse, silent } = startPulse()
  vi.setSystemTime(Date.now() + 3_600_000)
  vi.advanceTimersByTime(500)
  pulse.beat()
  vi.advanceTimersByTime(2_000)
  expect(silent).not.toHaveBeenCalled()
})

test('says nothing after it was stopped', () => {
  const { pulse, silent } = startPulse()
  pulse.stop()
  vi.advanceTimersByTime(60_000)
  expect(silent).not.toHaveBeenCalled()
})
