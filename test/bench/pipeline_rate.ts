/** How fast our pipeline gets through films, with every frame analysed. */
import { createPipeline } from '@vedette/native'
import { detectorStage } from '@vedette/native/stage'

export interface Films {
  path: string
  /** Frames in one film. */
  frames: number
  /** How many times it is opened at once. */
  sources: number
  width: number
  height: number
}

/** A slow detector need not see the films to their end. */
const LIMIT_MS = 20_000

/** Frames a second with metadata, once all sources are live. */
export async function pipelineRate(films: Films, inferConfig: string, inferThreads: number): Promise<number> {
  const { path, sources, width, height } = films
  const total = sources * films.frames
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  let seen = 0
  let began = 0
  let skipped = 0
  const pipeline = createPipeline(
    {
      family: 'cpu',
      maxSources: sources,
      batchedPushTimeoutUs: 40_000,
      width,
      height,
      stages: [detectorStage(inferConfig)],
      tracker: null,
      inferThreads
    },
    {
      frames: (frames) => {
        seen += frames.slots.length + frames.dropped
        // The first frames pay for the model's load.
        if (began === 0 && seen > 20) {
          began = performance.now()
          skipped = seen
        }
        const elapsedMs = performance.now() - began
        if (seen >= total || (began > 0 && elapsedMs > LIMIT_MS)) resolve(((seen - skipped) / elapsedMs) * 1000)
      },
      source: (event) => {
        if (event.what === 'failed') reject(new Error(event.message))
      },
      stats: () => undefined,
      error: (error) => reject(new Error(error.message))
    }
  )
  try {
    await pipeline.start()
    for (let index = 0; index < sources; index++) {
      await pipeline.addSource({
        name: `film-${index}`,
        index,
        input: { kind: 'file', path, loop: false },
        policy: 'every-frame',
        maxAnalysedFps: 0
      })
    }
    return await promise
  } finally {
    await pipeline.stop()
  }
}
