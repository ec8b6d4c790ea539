/** One source through the real pipeline, decoded only: does a picture come, how soon, how large, how many a second? */
import { setTimeout as wait } from 'node:timers/promises'
import type { SourceInput } from '@vedette/native'
import type { EngineConfig } from './channel/engine_config.ts'
import type { CameraChange, EngineStats } from './channel/status.ts'
import type { EngineOptions } from './engine.ts'
import { CONNECT_LIMIT_MS, KEYFRAME_LIMIT_MS } from './sources/supervision.ts'
import { withoutWaiting } from './sources/words.ts'
import { watchedEngine } from './watched_engine.ts'

export interface PictureFacts {
  /** From the begin of connecting to the first decoded frame; null: none came. */
  firstPictureMs: number | null
  codec: string | null
  width: number | null
  height: number | null
  fps: number | null
  jpegBytes: number | null
  /** Why there is no picture, in the words of a camera's state. */
  reason: string | null
}

/** By then supervision has said in its own words what is missing. */
const LIMIT_MS = CONNECT_LIMIT_MS + KEYFRAME_LIMIT_MS + 5_000
const CAMERA = 'probe'

export async function probePicture(
  input: SourceInput,
  options: Pick<EngineOptions, 'entry' | 'addon'> & { seconds: number },
  signal: AbortSignal
): Promise<PictureFacts> {
  const facts: PictureFacts = {
    firstPictureMs: null,
    codec: null,
    width: null,
    height: null,
    fps: null,
    jpegBytes: null,
    reason: null
  }
  const { promise: decided, resolve: decide } = Promise.withResolvers<void>()
  const seen: { frames: number; at: number }[] = []
  let began: number | null = null
  const engine = watchedEngine(
    { ...options, log: () => undefined },
    {
      camera(change: CameraChange) {
        facts.codec = change.codec ?? facts.codec
        facts.width = change.width ?? facts.width
        facts.height = change.height ?? facts.height
        if (change.state === 'connecting') began ??= performance.now()
        else if (change.state === 'live') {
          facts.firstPictureMs ??= performance.now() - (began ?? performance.now())
          decide()
        } else if (change.reason !== '') {
          facts.reason ??= withoutWaiting(change.reason)
          decide()
        }
      },
      stats({ cameras }: EngineStats) {
        const camera = cameras[CAMERA]
        if (camera) seen.push({ frames: camera.framesDecoded, at: performance.now() })
      },
      error(error) {
        if (!error.fatal) return
        facts.reason ??= error.message
        decide()
      }
    }
  )
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  try {
    engine.apply(configOf(input))
    engine.start()
    await Promise.race([decided, aborted, wait(LIMIT_MS, undefined, { ref: false })])
    if (facts.firstPictureMs === null) {
      facts.reason ??= `no picture within ${LIMIT_MS / 1000} s`
      return facts
    }
    const picture = await engine.snapshot(CAMERA, { limitMs: 5_000 }).catch(() => null)
    facts.jpegBytes = picture?.jpeg.length ?? null
    facts.width ??= picture?.width ?? null
    facts.height ??= picture?.height ?? null
    await Promise.race([aborted, wait(options.seconds * 1000, undefined, { ref: false })])
    const [first, last] = [seen[0], seen.at(-1)]
    if (first && last && last.at > first.at) facts.fps = ((last.frames - first.frames) * 1000) / (last.at - first.at)
    return facts
  } finally {
    await engine.stop()
  }
}

function configOf(input: SourceInput): EngineConfig {
  const source = { name: CAMERA, index: 0, input, policy: 'realtime' as const, maxAnalysedFps: 0 }
  return {
    pipeline: {
      family: 'auto',
      maxSources: 1,
      batchedPushTimeoutUs: 40_000,
      width: 1280,
      height: 720,
      stages: [],
      model: null,
      tracker: null,
      inferThreads: 1
    },
    interval: 0,
    compares: false,
    classifies: false,
    cameras: { [CAMERA]: { enabled: true, source, filter: null } }
  }
}
