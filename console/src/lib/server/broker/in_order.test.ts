import { Aedes } from 'aedes'
import { expect, onTestFinished, test } from 'vitest'
import { InOrder, type Ordered } from './in_order.ts'

async function startInOrder() {
  const broker = await Aedes.createBroker({ maxTopicLevels: 3 })
  onTestFinished(() => new Promise<void>((done) => broker.close(done)))
  const emitted: string[] = []
  broker.subscribe(
    'box/#',
    ({ topic }, done) => {
      emitted.push(topic)
      done()
    },
    () => {}
  )
  return { inOrder: new InOrder(broker, ['box/#']), emitted }
}

const message = (topic: string, more: Partial<Ordered> = {}): Ordered => {
  return { topic, payload: '', qos: 0, retain: false, ...more }
}

test('retained and plain messages of either QoS are emitted in the order in which they were published', async () => {
  const { inOrder, emitted } = await startInOrder()
  const all = [
    message('box/desired', { qos: 1, retain: true }),
    message('box/receipt', { qos: 1 }),
    message('box/watch'),
    message('box/presence', { retain: true }),
    message('box/watch')
  ]
  await Promise.all(all.map((one) => new Promise<void>((done) => inOrder.publish(one, () => done()))))
  expect(emitted).toEqual(all.map(({ topic }) => topic))
})

test('a message that the broker refuses does not hold up the next', async () => {
  const { inOrder, emitted } = await startInOrder()
  const refused = new Promise((done) => inOrder.publish(message('box/a/b/c/d'), done))
  const taken = new Promise((done) => inOrder.publish(message('box/a'), done))
  expect(await refused).toMatchObject({ message: 'topic has too many levels' })
  await taken
  expect(emitted).toEqual(['box/a'])
})
