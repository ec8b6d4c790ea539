/** Ours against a plain detector on the same decoded frames: NanoDet, the same thresholds, no tracker, no interval. */
import { join } from 'node:path'
import { createPipeline, type Frames } from '@vedette/native'
import { detectorStage } from '@vedette/native/stage'
import { decodeFrameBatch } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import { type Box, decodeRgb, iou, loadNanoDet } from '../world/reference.ts'

const MODEL = join(cacheDir(), 'models/nanodet-coco-1.0.0')
const SIZE = { width: 768, height: 576 }
const FRAMES = 795
const FRAME_MS = 100
const LIMITS = { confidence: 0.4, iou: 0.5 }

test('all 795 frames of vtest hold the objects that a plain detector finds', {
  timeout: 600_000,
  retry: 0
}, async () => {
  // Each on a core of its own.
  const [ours, reference] = await Promise.all([detectWithPipeline(), detectPlainly()])
  let difference = 0
  let total = 0
  const overlaps: number[] = []
  for (const [pts, expected] of reference) {
    const found = ours.get(pts) ?? []
    difference += Math.abs(found.length - expected.length)
    total += expected.length
    overlaps.push(...match(expected, found))
  }
  overlaps.sort((a, b) => a - b)
  const p5 = overlaps[Math.floor(overlaps.length * 0.05)] ?? 0
  console.log(
    `agreement: ${total} objects, counts differ by ${percent(difference / total)}, matched ${percent(overlaps.length / total)}, P5 of IoU ${p5.toFixed(3)}`
  )
  expect(ours.size).toBe(FRAMES)
  expect(difference / total).toBeLessThanOrEqual(0.02)
  expect(overlaps.length / total).toBeGreaterThanOrEqual(0.98)
  expect(p5).toBeGreaterThanOrEqual(0.9)
})

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}

/** Detections by presentation time in milliseconds. */
type ByTime = Map<number, Box[]>

async function detectWithPipeline(): Promise<ByTime> {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  const found: ByTime = new Map()
  const pipeline = createPipeline(
    {
      family: 'cpu',
      maxSources: 1,
      batchedPushTimeoutUs: 40_000,
      ...SIZE,
      stages: [detectorStage(join(MODEL, 'nvinfer.txt'))],
      tracker: null,
      inferThreads: 1
    },
    {
      frames: (frames) => {
        collect(frames, found)
        if (found.size === FRAMES) resolve()
      },
      source: (event) => {
        if (event.what === 'failed') reject(new Error(`${event.failure}: ${event.message}`))
      },
      stats: () => undefined,
      error: (error) => reject(new Error(error.message))
    }
  )
  await pipeline.start()
  await pipeline.addSource({
    name: 'vtest',
    index: 0,
    input: { kind: 'file', path: FOOTAGE, loop: false },
    policy: 'every-frame',
    maxAnalysedFps: 0
  })
  await ended.finally(() => pipeline.stop())
  return found
}

function collect(frames: Frames, found: ByTime): void {
  for (const frame of decodeFrameBatch(frames.bytes).frames) {
    const boxes = Array.from(frame.classId, (classId, i): Box => {
      const left = frame.left[i]!
      const top = frame.top[i]!
      return {
        classId,
        confidence: frame.confidence[i]!,
        left,
        top,
        right: left + frame.boxWidth[i]!,
        bottom: top + frame.boxHeight[i]!
      }
    })
    found.set(milliseconds(frame.ptsNs), boxes)
  }
}

async function detectPlainly(): Promise<ByTime> {
  const detect = await loadNanoDet(join(MODEL, 'model.onnx'))
  const found: ByTime = new Map()
  for await (const rgb of decodeRgb(FOOTAGE, SIZE.width, SIZE.height)) {
    found.set(found.size * FRAME_MS, await detect(rgb, SIZE, LIMITS))
  }
  return found
}

function milliseconds(ptsNs: bigint): number {
  return Math.round(Number(ptsNs) / 1e6)
}

/** Overlaps of one-to-one pairs of the same class with at least 0.5, best first. */
function match(expected: Box[], found: Box[]): number[] {
  const pairs = expected
    .flatMap((a, i) => found.map((b, j) => ({ i, j, overlap: a.classId === b.classId ? iou(a, b) : 0 })))
    .filter((pair) => pair.overlap >= 0.5)
    .toSorted((a, b) => b.overlap - a.overlap)
  const usedA = new Set<number>()
  const usedB = new Set<number>()
  return pairs.flatMap(({ i, j, overlap }) => {
    if (usedA.has(i) || usedB.has(j)) return []
    usedA.add(i)
    usedB.add(j)
    return [overlap]
  })
}
