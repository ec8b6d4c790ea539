/** Agreement with a plain reference (NanoDet, every frame of vtest): share of matched objects, counts and overlap. */
import { join } from 'node:path'
import { createPipeline, type Frames } from '@vedette/native'
import { decodeFrameBatch } from '@vedette/protocol'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import { type Box, decodeRgb, iou, loadNanoDet } from '../world/reference.ts'
import { type Bench, cost, throughput } from './row.ts'

const MODEL = join(cacheDir(), 'models/nanodet-coco-1.0.0')
const SIZE = { width: 768, height: 576 }
const FRAMES = 795
const LIMITS = { confidence: 0.4, iou: 0.5 }

export const agreement: Bench = {
  name: 'agreement',
  run: async () => {
    const ours = await detectWithPipeline()
    const reference = await detectWithReference()
    let difference = 0
    let total = 0
    const matched: number[] = []
    for (const [pts, expected] of reference) {
      const found = ours.get(pts) ?? []
      difference += Math.abs(found.length - expected.length)
      total += expected.length
      matched.push(...match(expected, found))
    }
    matched.sort((a, b) => a - b)
    const p5 = matched[Math.floor(matched.length * 0.05)] ?? 0
    return [
      cost('agreement.count-difference', { ours: difference / total, limit: 0.02, unit: 'of all objects', bar: 1 }),
      throughput('agreement.matched', { ours: matched.length / total, limit: 0.98, unit: 'of all objects', bar: 1 }),
      throughput('agreement.iou-p5', { ours: p5, limit: 0.9, unit: 'IoU', bar: 1 })
    ]
  }
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
      inferConfig: join(MODEL, 'nvinfer.txt'),
      interval: 0,
      tracker: null,
      inferThreads: 2
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

async function detectWithReference(): Promise<ByTime> {
  const detect = await loadNanoDet(join(MODEL, 'model.onnx'))
  const found: ByTime = new Map()
  for await (const rgb of decodeRgb(FOOTAGE, SIZE.width, SIZE.height)) {
    found.set(found.size * 100, await detect(rgb, SIZE, LIMITS))
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
