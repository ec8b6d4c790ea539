import { expect, test } from 'vitest'
import { BURST, LimitedLog } from './limited_log.ts'

test('who causes many warnings is heard now and then, with how many were left out, and nobody else is kept quiet', () => {
  let nowMs = 0
  const lines: string[] = []
  const log = new LimitedLog(
    (line) => lines.push(line),
    () => nowMs
  )
  for (let i = 0; i < BURST + 100; i++) log.warn('box-1', 'expected JSON')
  log.warn('box-2', 'expected JSON')
  expect(lines).toHaveLength(BURST + 1)
  expect(lines.at(-1)).toBe('box-2: expected JSON')
  nowMs += 3000
  log.warn('box-1', 'expected JSON')
  expect(lines.at(-1)).toBe('box-1: expected JSON (and 100 more before it)')
  log.warn('box-1', 'expected JSON')
  expect(lines).toHaveLength(BURST + 2)
})
