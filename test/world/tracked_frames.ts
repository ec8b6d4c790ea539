/** All frames of one source through a real pipeline with a detector and the tracker, as rules look at them. */
import { createPipeline, type Frames, type SourceInput } from '@vedette/native'
import { detectorStage } from '@vedette/native/stage'
import { decodeFrameBatch, type Frame } from '@vedette/protocol'
import type { FrameObjects } from '@vedette/rules'

export interface TrackedOptions {
  input: SourceInput
  /** Of the detector. */
  config: string
  width: number
  height: number
  frames: number
  see(objects: FrameObjects, frame: Frame): void
}

/** Resolves when so many frames were seen. */
export async function trackFrames({ input, config, width, height, frames, see }: TrackedOptions): Promise<void> {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  let count = 0
  const pipeline = createPipeline(
    {
      ...{ family: 'cpu', maxSources: 1, batchedPushTimeoutUs: 40_000, width, height },
      ...{ stages: [detectorStage(config)], tracker: 'default', inferThreads: 2 }
    },
    {
      frames: ({ bytes }: Frames) => {
        for (const frame of decodeFrameBatch(bytes).frames) {
          if (count >= frames) return
          see(objectsOf(frame), frame)
          if (++count === frames) resolve()
        }
      },
      source: (event) => {
        if (event.what === 'failed') reject(new Error(`${event.failure}: ${event.message}`))
      },
      stats: () => undefined,
      error: (error) => reject(new Error(error.message))
    }
  )
  await pipeline.start()
  await pipeline.addSource({ name: 'seen', index: 0, input, policy: 'every-frame', maxAnalysedFps: 0 })
  await ended.finally(() => pipeline.stop())
}

/** By the camera's own clock, so that a slow machine changes nothing. */
function objectsOf(frame: Frame): FrameObjects {
  const { classId, trackId, confidence, left, top, boxWidth, boxHeight } = frame
  const boxes = Float32Array.from({ length: 4 * classId.length }, (_, i) => {
    return [left, top, boxWidth, boxHeight][i % 4]![Math.floor(i / 4)]!
  })
  return { count: classId.length, capturedMs: Number(frame.ptsNs) / 1e6, trackId, classId, confidence, boxes }
}
