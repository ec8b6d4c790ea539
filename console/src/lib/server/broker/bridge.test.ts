import { expect, test } from 'vitest'
import { BRIDGE_MESSAGES, Bridge, type Bridged } from './bridge.ts'

const message = (topic: string, retain = false): Bridged => ({ topic, payload: Buffer.from(topic), qos: 0, retain })

test('drops the oldest while nobody takes anything, and counts them', () => {
  const delivered: string[] = []
  const pending: (() => void)[] = []
  const bridge = new Bridge((one, done) => {
    delivered.push(one.topic)
    pending.push(done)
  })
  for (let i = 0; i < BRIDGE_MESSAGES + 132; i++) bridge.push(message(String(i)))
  expect(delivered).toHaveLength(32)
  expect(bridge.drops).toBe(100)
  pending.splice(0).forEach((done) => {
    done()
  })
  expect(delivered[32]).toBe('132')
})

test('keeps the newest of each retained topic', () => {
  const delivered: Bridged[] = []
  const pending: (() => void)[] = []
  const bridge = new Bridge((one, done) => {
    delivered.push(one)
    pending.push(done)
  })
  for (let i = 0; i < 32; i++) bridge.push(message('busy'))
  for (let i = 0; i < 10_000; i++) bridge.push({ ...message('state', true), payload: Buffer.from(String(i)) })
  expect(bridge.waiting).toBe(1)
  pending[0]?.()
  expect(String(delivered.at(-1)?.payload)).toBe('9999')
})
