import { expect, test } from 'vitest'
import { clockWords } from './clock_words.ts'

test('says how exact the times of a box are, and what to do where they are not', () => {
  expect(clockWords({ synchronised: true, uncertaintyMs: 0.4 })).toMatchObject({ tone: 'good', remedy: '' })
  expect(clockWords({ synchronised: true, uncertaintyMs: 12.4 }).words).toContain('within 12 ms')
  expect(clockWords({ synchronised: true, uncertaintyMs: 4200 })).toMatchObject({
    tone: 'warn',
    words: 'Kept by NTP, but only within 4200 ms (limit 1500 ms).',
    remedy: expect.stringContaining('NTP')
  })
  expect(clockWords({ synchronised: false, uncertaintyMs: null })).toMatchObject({ tone: 'warn' })
  expect(clockWords({ synchronised: null, uncertaintyMs: null })).toMatchObject({ tone: 'off' })
})
