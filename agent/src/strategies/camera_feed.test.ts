import { expect, test } from 'vitest'
import { CameraFeed } from './camera_feed.ts'

const picture = (at: number) => ({ width: 2, height: 2, ptsNs: 0n, capturedUs: at, data: new Uint8Array(12) })

test('gives each camera its turn, the newest frame of each, and counts those left out', () => {
  const feed = new CameraFeed()
  feed.put('door', picture(1))
  feed.put('yard', picture(2))
  feed.put('door', picture(3))
  expect(feed.take()).toMatchObject({ camera: 'door', number: 1, picture: { capturedUs: 3 } })
  feed.put('door', picture(4))
  expect(feed.take()).toMatchObject({ camera: 'yard', number: 1 })
  expect(feed.take()).toMatchObject({ camera: 'door', number: 2, picture: { capturedUs: 4 } })
  expect(feed.take()).toBeNull()
  expect(feed.dropped).toBe(1)
})

test('what waits while nobody looks is thrown away and counted', () => {
  const feed = new CameraFeed()
  feed.put('door', picture(1))
  feed.put('yard', picture(2))
  feed.clear()
  expect(feed.take()).toBeNull()
  expect(feed.dropped).toBe(2)
})
