import { expect, test } from 'vitest'
import { type ChannelName, channels, consoleStateTopic, parseTopic, topic } from './topics.ts'

const names = Object.keys(channels) as ChannelName[]

test.each(names)('the topic of %s is read back as it was written', (channel) => {
  const detail = channels[channel].detail ? 'door' : undefined
  const name = topic('box-1', channel, detail, 'site/a')
  expect(parseTopic(name, 'site/a')).toEqual({ box: 'box-1', channel, detail: detail ?? null })
})

test('topics read as the design lists them', () => {
  expect(topic('box-1', 'up/preview', 'door')).toBe('vedette/v1/box-1/up/preview/door')
  expect(consoleStateTopic()).toBe('vedette/v1/console/state')
})

test.each([
  ['another first level', 'other/v1/box-1/up/health'],
  ['another major version', 'vedette/v2/box-1/up/health'],
  ['an unknown channel', 'vedette/v1/box-1/up/toString'],
  ['an inherited property of the table', 'vedette/v1/box-1/constructor/name'],
  ['no box', 'vedette/v1//up/health'],
  ['a level too many', 'vedette/v1/box-1/up/preview/door/again'],
  ['a detail where none belongs', 'vedette/v1/box-1/up/health/door'],
  ['a detail missing', 'vedette/v1/box-1/up/preview'],
  ['an empty detail', 'vedette/v1/box-1/up/preview/'],
  ['the console, which is no box', 'vedette/v1/console/state']
])('%s is none of ours', (_, name) => {
  expect(parseTopic(name)).toBeNull()
})

test('only state is retained, and what must arrive is sent with QoS 1', () => {
  const retained = names.filter((name) => channels[name].retained)
  expect(retained).toEqual(['up/presence', 'up/inventory', 'up/catalog', 'up/reported', 'dn/desired'])
  expect(retained.every((name) => channels[name].qos === 1)).toBe(true)
  expect(channels['up/events'].qos).toBe(1)
})
