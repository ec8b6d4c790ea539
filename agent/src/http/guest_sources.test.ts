import { expect, test } from 'vitest'
import { type GuestRequest, GuestSources } from './guest_sources.ts'

const nothing = (): void => undefined

function guests({ maxSources = 4, changed = nothing } = {}) {
  const redacted: string[][] = []
  const strategies = ['colour', 'motion']
  const sources = new GuestSources({
    ...{ strategies, maxSources, changed },
    redact: (...secret) => redacted.push(secret)
  })
  return { sources, redacted }
}

test('user and password leave the address, and are never shown', () => {
  const { sources, redacted } = guests()
  const added = sources.add({ url: 'rtsp://viewer:p%40ss:w%2Frd@192.168.1.20:554/stream1?a=b@c', maxFps: 5 })
  expect(added).toMatchObject({
    id: expect.stringMatching(/^api-[0-9a-f]{10}$/),
    url: 'rtsp://192.168.1.20:554/stream1?a=b%40c',
    password: { user: 'viewer', password: 'p@ss:w/rd' },
    camera: { source: { kind: 'rtsp', transport: 'auto' }, detection: { maxFps: 5 } }
  })
  expect(JSON.stringify(added.camera)).not.toMatch(/viewer|p.{0,3}ss/)
  expect(redacted).toEqual([['p@ss:w/rd', 'viewer']])
})

test.each<[GuestRequest, string | RegExp]>([
  [{ url: 'file:///etc/passwd' }, 'received file:'],
  [{ url: 'front door' }, 'expected an address'],
  [{ url: 'rtsp://' }, 'expected'],
  [
    { url: 'test:', strategies: ['colour', 'color'] },
    /of this box \(colour, motion; .*\) for strategies, received color$/
  ],
  [{ url: `http://x/${'y'.repeat(10)} z` }, 'expected']
])('%j is refused in words', (request, words) => {
  const refused = () => guests().sources.add(request)
  expect(refused).toThrow(words)
  expect(refused).toThrow(expect.objectContaining({ statusCode: 422 }))
})

test('strategies look at one when that is asked for', () => {
  const { sources } = guests()
  sources.add({ url: 'test:' })
  sources.add({ url: 'test:', strategies: ['motion'] })
  expect(sources.all.map(({ camera }) => camera.detection.strategies)).toEqual([[], ['motion']])
})

test('there is room for as many as the cameras leave, and the youngest make room', () => {
  const { sources } = guests()
  sources.makeRoom(1)
  const [first, second, third] = Array.from({ length: 3 }, () => sources.add({ url: 'test:' }))
  expect(() => sources.add({ url: 'test:' })).toThrow(expect.objectContaining({ statusCode: 409 }))
  expect(new Set([first!.index, second!.index, third!.index]).size).toBe(3)
  sources.makeRoom(3)
  expect(sources.all.map(({ id }) => id)).toEqual([first!.id])
  expect(sources.isGuest(third!.index)).toBe(true)
  expect([sources.idAt(first!.index), sources.idAt(third!.index)]).toEqual([first!.id, null])
})

test('one that cannot run yet is not kept', () => {
  const { sources } = guests({
    changed() {
      throw new Error('not yet')
    }
  })
  expect(() => sources.add({ url: 'test:' })).toThrow('not yet')
  expect(sources.all).toEqual([])
})
