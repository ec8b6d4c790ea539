import { expect, test } from 'vitest'
import { foundFrame } from './found_frame.ts'

const picture = { width: 640, height: 360, ptsNs: 40n, capturedUs: 5_000_000, data: new Uint8Array(0) }
const looked = { camera: 'door', number: 3, picture }

test('findings become columns, in the classes of the catalog and with their tracks', () => {
  const found = [
    { label: 1, confidence: 0.5, box: [0.125, 0.25, 0.5, 0.0625] as [number, number, number, number] },
    { label: 0, confidence: 1, box: [0, 0, 1, 1] as [number, number, number, number] }
  ]
  const frame = foundFrame({
    ...{ strategy: 'colour', camera: 7, firstClass: 80, looked, found, tracks: [2 ** 52 + 1, 2 ** 52 + 2] },
    nowMs: 5001.5
  })
  expect(frame).toMatchObject({
    ...{ strategy: 'colour', camera: 7, number: 3, width: 640, height: 360, ptsNs: 40n, capturedUs: 5_000_000 },
    latencyUs: 1500,
    classId: Uint32Array.of(81, 80),
    trackId: Float64Array.of(2 ** 52 + 1, 2 ** 52 + 2),
    confidence: Float32Array.of(0.5, 1),
    boxHeight: Float32Array.of(0.0625, 1)
  })
})

test('a picture in which nothing is found is told as well', () => {
  const nothing = { strategy: 'colour', camera: 7, firstClass: 80, looked, found: [], tracks: [], nowMs: 4000 }
  expect(foundFrame(nothing)).toMatchObject({ number: 3, classId: new Uint32Array(0), latencyUs: 0 })
})
