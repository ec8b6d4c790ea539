/**
 * What a DeepStream pipeline must be able to do, in one go: two cameras, a detector, a tracker, a classifier, a picture, one
 * camera removed and added again. The same on NVIDIA's elements and on their stand-ins; run it in a process of its own.
 */
import {
  createPipeline,
  type Frames,
  type GpuMemory,
  type PipelineStats,
  type SourceDescription,
  type SourceEvent
} from '@vedette/native'
import { detectorStage } from '@vedette/native/stage'
import { decodeFrameBatch, type Frame } from '@vedette/protocol'
import { eventually } from './wait.ts'

export interface FlowOptions {
  /** nvinfer INIs: a detector that finds something in every frame, and a classifier. */
  detector: string
  classifier: string
  element: 'infer' | 'inferserver'
  gpu?: number
  memory?: GpuMemory
  /** H.264, played again and again. */
  film: string
  limitMs: number
}

export interface FlowResult {
  codecs: (string | undefined)[]
  /** By camera, the third being the first one come back. */
  frames: { count: number; width: number; height: number; tracks: number; box: [number, number, number, number] }[]
  classified: number
  picture: { width: number; height: number; isJpeg: boolean }
  /** Longest gap between frames of the camera that stayed, while the other one left and came back. */
  framesOfTheOther: number
  /** Of the camera that was removed, after it was. */
  lateFrames: number
  errors: string[]
}

const SIZE = { width: 640, height: 360 }
const ENOUGH = 12

export async function deepstreamFlow(options: FlowOptions): Promise<FlowResult> {
  const seen = { frames: [] as Frame[], events: [] as SourceEvent[], errors: [] as string[] }
  const stats: { last: PipelineStats | null } = { last: null }
  const pipeline = createPipeline(
    {
      family: 'deepstream',
      ...(options.gpu !== undefined && { gpu: options.gpu }),
      ...(options.memory !== undefined && { memory: options.memory }),
      maxSources: 2,
      batchedPushTimeoutUs: 40_000,
      ...SIZE,
      stages: [
        detectorStage(options.detector, { element: options.element, batchSize: 2 }),
        detectorStage(options.classifier, { id: 2, mode: 'secondary', on: { stage: 1, classes: [] }, batchSize: 4 })
      ],
      tracker: 'default',
      inferThreads: 1
    },
    {
      frames: (frames) => seen.frames.push(...decoded(frames)),
      source: (event) => seen.events.push(event),
      stats: (latest) => {
        stats.last = latest
      },
      error: ({ element, message }) => seen.errors.push(`${element}: ${message}`)
    }
  )
  const of = (camera: number) => seen.frames.filter((frame) => frame.camera === camera)
  const enough = (camera: number) =>
    eventually(`tracked objects of camera ${camera}`, options.limitMs, () => {
      const problem = seen.events.find(({ what }) => what === 'failed')?.message ?? seen.errors[0]
      if (problem !== undefined) throw new Error(problem)
      return of(camera).filter(({ left }) => left.length > 0).length >= ENOUGH || undefined
    })
  try {
    await pipeline.start()
    const film = await pipeline.addSource(camera(0, { kind: 'file', path: options.film, loop: true }))
    await pipeline.addSource(camera(1, { kind: 'test', ...SIZE, fps: 25, shapes: 2, seed: 1 }))
    await Promise.all([enough(0), enough(1)])
    const picture = await pipeline.snapshot({ slot: film.slot, width: 160, height: 0, quality: 80, limitMs: 20_000 })
    pipeline.setBatchedPushTimeout(20_000)
    const before = of(1).length
    await pipeline.removeSource(film.slot)
    const atRemoval = of(0).length
    await pipeline.addSource(camera(2, { kind: 'file', path: options.film, loop: true }))
    await enough(2)
    const classified = await eventually('labels', options.limitMs, () => stats.last?.stages[1]?.frames || undefined)
    return {
      codecs: seen.events.filter(({ what }) => what === 'linked').map(({ codec }) => codec),
      frames: [0, 1, 2].map((index) => summary(of(index))),
      classified,
      picture: { width: picture.width, height: picture.height, isJpeg: picture.data.readUInt16BE(0) === 0xffd8 },
      framesOfTheOther: of(1).length - before,
      lateFrames: of(0).length - atRemoval,
      errors: seen.errors
    }
  } finally {
    await pipeline.stop()
  }
}

function camera(index: number, input: SourceDescription['input']): SourceDescription {
  return { name: `camera-${index}`, index, input, policy: 'realtime', maxAnalysedFps: 0 }
}

function decoded({ bytes }: Frames): Frame[] {
  return decodeFrameBatch(bytes).frames
}

function summary(frames: Frame[]): FlowResult['frames'][number] {
  const last = frames.findLast(({ left }) => left.length > 0)
  if (last === undefined) throw new Error('expected an object in a frame, found none')
  const at = (column: ArrayLike<number>) => Number((column[0] ?? -1).toFixed(3))
  return {
    count: frames.length,
    width: last.width,
    height: last.height,
    tracks: new Set(frames.flatMap(({ trackId }) => [...trackId])).size,
    box: [at(last.left), at(last.top), at(last.boxWidth), at(last.boxHeight)]
  }
}
