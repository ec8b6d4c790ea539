import { batchEntry, decodeFrameBatch, encodeFrame } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { CameraFilter } from './camera_filter.ts'
import { currentFrames } from './current_frames.ts'

const entry = Buffer.from(
  batchEntry(
    'frames',
    encodeFrame({
      ...{ camera: 3, number: 300, ptsNs: 1n << 40n, width: 640 },
      ...{ classId: Uint32Array.of(0, 5, 300), trackId: Float64Array.of(1, 2 ** 33, 0) },
      ...{ confidence: Float32Array.of(0.25, 0.5, 0.75), left: Float32Array.of(0.1, 0.2, 0.3) },
      ...{
        top: Float32Array.of(0, 0, 0),
        boxWidth: Float32Array.of(0.5, 0.5, 0.5),
        boxHeight: Float32Array.of(1, 1, 1)
      }
    })
  )
)

test('returns the same entry when every object stays', () => {
  const kept = new CameraFilter({ minConfidence: 0.25, classes: null }).apply(entry)
  expect(kept.entry).toBe(entry)
  expect(kept.objects).toBe(3)
})

test('takes out objects below the confidence and leaves the rest of the frame as it was', () => {
  const whole = decodeFrameBatch(entry).frames[0]!
  const kept = new CameraFilter({ minConfidence: 0.5, classes: null }).apply(entry)
  const frame = decodeFrameBatch(kept.entry).frames[0]!
  expect(kept.objects).toBe(2)
  expect(frame).toMatchObject({ camera: 3, number: 300, ptsNs: 1n << 40n, width: 640, capturedUs: whole.capturedUs })
  expect([...frame.classId]).toEqual([5, 300])
  expect([...frame.trackId]).toEqual([2 ** 33, 0])
  expect(frame.left).toEqual(whole.left.slice(1))
  expect(frame.confidence).toEqual(whole.confidence.slice(1))
})

test('keeps only the classes that are asked for, none of them included', () => {
  const one = decodeFrameBatch(new CameraFilter({ minConfidence: 0, classes: [300] }).apply(entry).entry).frames[0]!
  expect([...one.classId]).toEqual([300])
  const none = new CameraFilter({ minConfidence: 0, classes: [] }).apply(entry)
  expect(none.objects).toBe(0)
  expect(decodeFrameBatch(none.entry).frames[0]).toMatchObject({ camera: 3, number: 300, classId: new Uint32Array(0) })
})

test('an object stays on frames that the model skips, until the model is less sure of it', () => {
  const filter = new CameraFilter({ minConfidence: 0.5, classes: null })
  const kept = (...sure: [number, number]) => {
    const confidence = Float32Array.from(sure)
    const sides = { left: confidence, top: confidence, boxWidth: confidence, boxHeight: confidence }
    const frame = { classId: Uint32Array.of(0, 0), trackId: Float64Array.of(7, 8), confidence, ...sides }
    const { entry } = filter.apply(Buffer.from(batchEntry('frames', encodeFrame(frame))))
    return [...decodeFrameBatch(entry).frames[0]!.trackId]
  }
  expect(kept(0, 0)).toEqual([])
  expect(kept(0.75, 0.25)).toEqual([7])
  expect(kept(0, 0)).toEqual([7])
  expect(kept(0, 0)).toEqual([7])
  expect(kept(0.25, 0.75)).toEqual([8])
  expect(kept(0, 0)).toEqual([8])
})

test('passes frames without filters on as they came, and leaves out cameras that have gone', () => {
  const frames = {
    bytes: Buffer.concat([entry, entry]),
    offsets: Uint32Array.from([0, entry.length, entry.length * 2]),
    slots: Uint32Array.from([0, 1]),
    generations: Uint32Array.from([1, 1]),
    ptsNs: BigUint64Array.from([7n, 8n]),
    objects: Uint32Array.from([3, 3]),
    dropped: 0
  }
  const whole = currentFrames(frames, {
    cameraAt: (slot) => ({ camera: `c${slot}`, index: slot + 40 }),
    filterOf: () => null
  })
  expect(whole.bytes).toBe(frames.bytes)
  expect([...whole.cameras]).toEqual([40, 41])
  const part = currentFrames(frames, {
    cameraAt: (slot) => (slot === 1 ? { camera: 'c1', index: 41 } : undefined),
    filterOf: () => new CameraFilter({ minConfidence: 0.6, classes: null })
  })
  expect([...part.cameras]).toEqual([41])
  expect([...part.objects]).toEqual([1])
  expect([...part.ptsNs]).toEqual([8n])
  expect(part.offsets.at(-1)).toBe(part.bytes.length)
  expect(decodeFrameBatch(part.bytes).frames).toHaveLength(1)
})
