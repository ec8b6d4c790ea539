/** From a decoded frame to its packed metadata: cameras of 1080p at 25 FPS, NanoDet on some of their frames. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { detectorStage } from '@vedette/native/stage'
import { decodeFrameBatch } from '@vedette/protocol'
import { cacheDir } from '../world/cache.ts'
import { makeFilm1080p25 } from './film_1080p.ts'
import { type Films, playFilms } from './films.ts'
import { inferAlone, launch } from './raw.ts'
import { type Bench, cost, type Row } from './row.ts'

interface Load {
  cameras: number
  analysedFps: number
}

/** The one that is asked for, which this machine does not carry, and one that it does. */
const LOADS: Load[] = [
  { cameras: 4, analysedFps: 5 },
  { cameras: 2, analysedFps: 5 }
]
const WARM_UP_S = 3
const SECONDS = 20
const FILM_FRAMES = 795
/** As a box has it unless told (agent/src/settings/schema/pipeline.ts). */
const INFER_THREADS = Math.max(1, Math.floor(availableParallelism() / 2))
const PACKAGE = join(cacheDir(), 'models/nanodet-coco-1.0.0')

export const latency: Bench = {
  name: 'camera.latency',
  run: async () => {
    const rows: Row[] = []
    for (const load of LOADS) rows.push(...(await rowsOf(load)))
    return rows
  }
}

async function rowsOf(load: Load): Promise<Row[]> {
  const { cameras, analysedFps } = load
  const film = await makeFilm1080p25()
  const inferMs = 1000 / (await inferAlone(join(PACKAGE, 'model.onnx'), 100)).perSecond
  const scaleMs = scaleAlone(film)
  const latencies = await latenciesOf(load, film)
  const perSecond = cameras * analysedFps
  const busy = (perSecond * (inferMs + scaleMs)) / 1000
  const threads = INFER_THREADS === 1 ? 'one thread' : `${INFER_THREADS} threads`
  const note =
    `${cameras} cameras, ${perSecond} inferences a second: ${busy.toFixed(2)} of the ${threads} that infer; ` +
    `${latencies.length} frames; limit: one picture scaled (${scaleMs.toFixed(1)} ms) and inferred (${inferMs.toFixed(0)} ms) alone`
  const at = (share: number) => latencies[Math.floor(share * latencies.length)] ?? Number.NaN
  const row = (name: string, share: number) =>
    cost(`camera.latency.${cameras}x${analysedFps}fps.${name}`, {
      ours: at(share),
      limit: inferMs + scaleMs,
      unit: 'ms',
      bar: 0.5,
      note
    })
  return [row('p50', 0.5), row('p99', 0.99)]
}

/** Milliseconds, sorted. Cameras are not in step with each other: the films begin evenly spread over a period. */
async function latenciesOf({ cameras, analysedFps }: Load, path: string): Promise<number[]> {
  const latencies: number[] = []
  const films: Films = { path, frames: FILM_FRAMES, sources: cameras, width: 1920, height: 1080 }
  let isWarm = false
  const play = {
    stages: [detectorStage(join(PACKAGE, 'nvinfer.txt'))],
    inferThreads: INFER_THREADS,
    asCameras: true,
    source: { maxAnalysedFps: analysedFps },
    apartMs: 1000 / analysedFps / cameras,
    onFrames: ({ bytes }: { bytes: Buffer }) => {
      if (isWarm) for (const { latencyUs } of decodeFrameBatch(bytes).frames) latencies.push(latencyUs / 1000)
    }
  }
  await playFilms(films, play, ({ elapsedMs }) => {
    isWarm = elapsedMs > WARM_UP_S * 1000
    return elapsedMs > (WARM_UP_S + SECONDS) * 1000
  })
  return latencies.sort((a, b) => a - b)
}

/** What stock elements take to scale and convert one frame, beyond decoding it. */
function scaleAlone(film: string): number {
  const decode = `filesrc location=${film} ! qtdemux ! h264parse ! avdec_h264 max-threads=1`
  const scale = 'videoscale ! videoconvert ! video/x-raw,format=RGB,width=416,height=416'
  const [bare, scaled] = [`${decode} ! fakesink sync=false`, `${decode} ! ${scale} ! fakesink sync=false`].map(
    (pipeline) => launch(pipeline, FILM_FRAMES).coreSeconds
  )
  return Math.max(0, scaled! - bare!) * 1000
}
