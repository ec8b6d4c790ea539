/** How fast our pipeline gets through films, with every frame analysed. */
import type { InferStage } from '@vedette/native'
import { detectorStage } from '@vedette/native/stage'
import { type Films, playFilms } from './films.ts'

/** A slow detector need not see the films to their end. */
const LIMIT_MS = 20_000
/** Films' first frames, and a batch or two that came with them. */
const UNCOUNTED_AT_MOST = 100

/** Frames a second with metadata, once all sources are live. */
export async function pipelineRate(
  films: Films,
  inferConfig: string,
  inferThreads: number,
  stage: Partial<InferStage> = {}
): Promise<number> {
  const total = films.sources * films.frames - UNCOUNTED_AT_MOST
  const play = { stages: [detectorStage(inferConfig, stage)], inferThreads, asCameras: false }
  const seen = await playFilms(films, play, ({ frames, elapsedMs }) => frames >= total || elapsedMs > LIMIT_MS)
  return (seen.frames / seen.elapsedMs) * 1000
}

/** Frames a second of the film that is served worst, when all are played at their own pace. */
export async function slowestRate(
  films: Films,
  inferConfig: string,
  { seconds, inferThreads }: { seconds: number; inferThreads: number }
): Promise<number> {
  const stages = [detectorStage(inferConfig)]
  const play = { stages, inferThreads, asCameras: true }
  const seen = await playFilms(films, play, ({ elapsedMs }) => elapsedMs > seconds * 1000)
  return (Math.min(...seen.bySlot) / seen.elapsedMs) * 1000
}
