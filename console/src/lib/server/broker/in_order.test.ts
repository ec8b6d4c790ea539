import { expect, test } from 'vitest'
import { InOrder } from './in_order.ts'

test('a message waits until the one before it to the same box is done, and for no other box', () => {
  const inOrder = new InOrder()
  const begun: string[] = []
  const finish: (() => void)[] = []
  const send = (box: string, name: string) =>
    inOrder.push(box, (done) => {
      begun.push(name)
      finish.push(done)
    })
  send('a', 'desired')
  send('a', 'receipt')
  send('b', 'watch')
  expect(begun).toEqual(['desired', 'watch'])
  finish[0]?.()
  expect(begun).toEqual(['desired', 'watch', 'receipt'])
})
