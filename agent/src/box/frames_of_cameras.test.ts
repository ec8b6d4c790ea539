import { decodeFrameBatch } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { encodeFrame, packFrames } from '../uplink/testing/encoded_frame.ts'
import { framesOfCameras } from './frames_of_cameras.ts'

const frames = (...cameras: number[]) => ({
  ...packFrames(cameras.map((camera) => ({ camera, bytes: encodeFrame(camera, 5, []), objects: camera }))),
  ptsNs: BigUint64Array.from(cameras, (camera) => BigInt(camera))
})
const isGuest = (index: number) => index >= 1000

test('frames of cameras stay as they are, those of other streams are taken out', () => {
  const own = frames(1, 2)
  expect(framesOfCameras(own, isGuest)).toBe(own)
  const kept = framesOfCameras(frames(1000, 3, 1001, 4), isGuest)
  expect([[...kept.cameras], [...kept.objects], [...kept.ptsNs]]).toEqual([
    [3, 4],
    [3, 4],
    [3n, 4n]
  ])
  expect(decodeFrameBatch(kept.bytes).frames.map(({ camera }) => camera)).toEqual([3, 4])
  expect(kept.offsets.at(-1)).toBe(kept.bytes.length)
})
