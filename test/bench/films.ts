/** Our native pipeline over films: as fast as it can, or each at its own pace, as cameras are. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  createPipeline,
  type Frames,
  type InferStage,
  type PipelineStats,
  type SourceDescription
} from '@vedette/native'

export interface Films {
  path: string
  /** Frames in one film. */
  frames: number
  /** How many times it is opened at once. */
  sources: number
  width: number
  height: number
}

export interface Play {
  stages: InferStage[]
  inferThreads: number
  /** Cameras: paced, in a loop. Else every frame as fast as it goes, once. */
  asCameras: boolean
  source?: Pick<Partial<SourceDescription>, 'maxAnalysedFps' | 'motion'>
  /** Between one film's start and the next one's. Absent: none. */
  apartMs?: number
  /** All that comes, the uncounted too. */
  onFrames?(frames: Frames): void
}

/** What came out since the 20th frame: the first ones pay for the model's load. */
export interface Seen {
  elapsedMs: number
  frames: number
  objects: number
  /** Frames by film. */
  bySlot: number[]
  /** The latest of every second. */
  stats: PipelineStats | null
}

const UNCOUNTED = 20

/** Plays until `isDone` says so, which is asked at every batch of frames and every second. */
export async function playFilms(films: Films, play: Play, isDone: (seen: Seen) => boolean): Promise<Seen> {
  const { path, sources, width, height } = films
  const { promise, resolve, reject } = Promise.withResolvers<Seen>()
  const seen: Seen = { elapsedMs: 0, frames: 0, objects: 0, bySlot: Array(sources).fill(0), stats: null }
  let uncounted = UNCOUNTED
  let began = 0
  const look = () => {
    if (began > 0) seen.elapsedMs = performance.now() - began
    if (isDone(seen)) resolve(structuredClone(seen))
  }
  const pipeline = createPipeline(
    {
      family: 'cpu',
      maxSources: sources,
      batchedPushTimeoutUs: 40_000,
      width,
      height,
      stages: play.stages,
      tracker: null,
      inferThreads: play.inferThreads
    },
    {
      frames: (frames) => {
        play.onFrames?.(frames)
        if (uncounted > 0) {
          uncounted -= frames.slots.length + frames.dropped
          began = performance.now()
          return
        }
        seen.frames += frames.slots.length + frames.dropped
        frames.slots.forEach((slot, i) => {
          seen.bySlot[slot]!++
          seen.objects += frames.objects[i]!
        })
        look()
      },
      source: (event) => {
        if (event.what === 'failed') reject(new Error(event.message))
      },
      stats: (stats) => {
        seen.stats = stats
        look()
      },
      error: (error) => reject(new Error(error.message))
    }
  )
  try {
    await pipeline.start()
    for (let index = 0; index < sources; index++) {
      if (index > 0 && play.apartMs) await pause(play.apartMs)
      await pipeline.addSource({
        name: `film-${index}`,
        index,
        input: { kind: 'file', path, loop: play.asCameras },
        policy: play.asCameras ? 'realtime' : 'every-frame',
        maxAnalysedFps: 0,
        ...play.source
      })
    }
    return await promise
  } finally {
    await pipeline.stop()
  }
}
