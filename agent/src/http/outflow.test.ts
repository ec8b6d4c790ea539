import { expect, test } from 'vitest'
import { Outflow } from './outflow.ts'

test('a slow reader gets the newest, in order, and is told how many it missed', () => {
  const written: string[] = []
  let isClogged = true
  const flow = new Outflow<{ n: number }>({ write: (text) => written.push(text), isClogged: () => isClogged }, (item) =>
    JSON.stringify(item)
  )
  for (let n = 1; n <= 100; n++) flow.push({ n })
  expect(written).toEqual([])
  isClogged = false
  flow.flush()
  flow.push({ n: 101 })
  expect(written).toHaveLength(65)
  expect(written[0]).toBe('{"n":37,"missed":36}')
  expect(written.slice(-2)).toEqual(['{"n":100}', '{"n":101}'])
})
