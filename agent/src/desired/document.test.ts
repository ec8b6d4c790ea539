import { expect, test } from 'vitest'
import { readDesired } from './document.ts'
import { camera, desired } from './testing/documents.ts'

test('takes a document whose hash is right, whatever the order of its keys', () => {
  const document = desired()
  const turned = Object.fromEntries(Object.entries(document).toReversed())
  expect(readDesired(JSON.stringify(turned))).toEqual(document)
})

test('refuses a document whose hash is not of its contents', () => {
  const document = { ...desired(), name: 'Another shop' }
  expect(() => readDesired(JSON.stringify(document))).toThrow(/expected SHA-256 .* for revision 1/)
})

test('names the camera that is wrong', () => {
  const bad = { ...camera(), source: { kind: 'rtsp', url: 'rtsp://u:p@cam/', transport: 'tcp', latencyMs: 0 } }
  const document = { ...desired(), cameras: { door: camera(), yard: bad } }
  expect(() => readDesired(JSON.stringify(document))).toThrow(/^camera "yard": /)
})

test('refuses a model that is not in the list', () => {
  const document = desired({ analysis: { model: 'people', interval: 0, tracker: 'none' } })
  expect(() => readDesired(JSON.stringify(document))).toThrow('received "people"; there are: none')
})

test('refuses what is too large before reading it', () => {
  expect(() => readDesired('x'.repeat(256 * 1024 + 1))).toThrow('at most 262144 bytes')
})

test('refuses another major version by name', () => {
  expect(() => readDesired(JSON.stringify({ ...desired(), v: 2 }))).toThrow('received 2')
})
