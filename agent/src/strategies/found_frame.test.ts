import { decodeFrameBatch } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { asFrame, encodeFoundFrame } from './found_frame.ts'

const frame = {
  ...{ strategy: 'colour', camera: 7, number: 3, capturedUs: 1_795_000_000_000_000, ptsNs: 2n ** 40n },
  ...{ width: 640, height: 360, latencyUs: 1500 },
  found: [
    { label: 300, confidence: 0.5, box: [0.125, 0.25, 0.5, 0.0625] as [number, number, number, number] },
    { label: 2, confidence: 1, box: [0, 0, 1, 1] as [number, number, number, number] }
  ],
  tracks: [2 ** 52 + 1, 2 ** 52 + 2]
}

test('what is written is what a reader of the protocol reads', () => {
  const { findings, frames } = decodeFrameBatch(encodeFoundFrame(frame))
  expect(frames).toEqual([])
  const { strategy, camera, number, capturedUs, ptsNs, width, height, latencyUs } = frame
  expect(findings).toMatchObject([{ strategy, camera, number, capturedUs, ptsNs, width, height, latencyUs }])
  expect([...findings[0]!.classId]).toEqual([300, 2])
  expect([...findings[0]!.trackId]).toEqual(frame.tracks)
  expect([...findings[0]!.boxHeight]).toEqual([0.0625, 1])
})

test('a frame in which nothing is found is told as well', () => {
  const { findings } = decodeFrameBatch(encodeFoundFrame({ ...frame, found: [], tracks: [] }))
  expect(findings).toMatchObject([{ strategy: 'colour', camera: 7, classId: new Uint32Array(0) }])
})

test('as a frame it is read like those of the pipeline', () => {
  const { findings, frames } = decodeFrameBatch(asFrame(encodeFoundFrame(frame)))
  expect(findings).toEqual([])
  expect([...frames[0]!.classId]).toEqual([300, 2])
})
