/** What the same machine does with stock parts, on the same footage and model: throughput, and cameras in real time. */
import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import type { Films } from './films.ts'
import { ffmpegPeer } from './peer_ffmpeg.ts'
import { pipelineRate, slowestRate } from './pipeline_rate.ts'
import { launch } from './raw.ts'
import { realtimeCameras } from './realtime_cameras.ts'
import { type Bench, type Row, throughput } from './row.ts'

const PACKAGE = join(cacheDir(), 'models/nanodet-coco-1.0.0')
const MODEL = join(PACKAGE, 'model.onnx')
const FILM_FRAMES = 795
/** Of vtest, as it was filmed. */
const FILM_FPS = 10
const SECONDS = 20
const films: Films = { path: FOOTAGE, frames: FILM_FRAMES, sources: 4, width: 768, height: 576 }

export const peers: Bench[] = [
  {
    name: 'peers.ffmpeg-node',
    run: async () => {
      const threads = availableParallelism()
      const peer = await ffmpegPeer(FOOTAGE, MODEL, { films: 4, seconds: SECONDS, threads, realtime: false })
      const ours = await pipelineRate(films, join(PACKAGE, 'nvinfer.txt'), threads)
      const note = 'limit: FFmpeg piping raw frames into onnxruntime-node'
      return [throughput('peers.ffmpeg-node', { ours, limit: peer.perSecond, unit: 'frames/s', bar: 1, note })]
    }
  },
  {
    name: 'peers.realtime-cameras',
    run: async () => {
      const threads = availableParallelism()
      const run = { seconds: SECONDS, threads }
      // Two runs each: how fast it goes unpaced, then whether so many cameras really keep their rate.
      const theirs = await realtimeCameras(FILM_FPS, {
        unpaced: async () => (await ffmpegPeer(FOOTAGE, MODEL, { ...run, films: 4, realtime: false })).perSecond,
        slowest: async (count) => (await ffmpegPeer(FOOTAGE, MODEL, { ...run, films: count, realtime: true })).slowest
      })
      const config = join(PACKAGE, 'nvinfer.txt')
      const ours = await realtimeCameras(FILM_FPS, {
        unpaced: () => pipelineRate(films, config, threads),
        slowest: (count) =>
          slowestRate({ ...films, sources: count }, config, { seconds: SECONDS, inferThreads: threads })
      })
      const note = `cameras of 768x432 at ${FILM_FPS} FPS, every frame by NanoDet; limit: FFmpeg and onnxruntime-node`
      return [throughput('peers.realtime-cameras', { ours, limit: theirs, unit: 'cameras', bar: 1, note })]
    }
  },
  { name: 'peers.gstreamer', run: async () => gstreamer() }
]

/** GStreamer's own inference element, 1.24 and later, where its plugin was built. */
async function gstreamer(): Promise<Row[]> {
  if (spawnSync('gst-inspect-1.0', ['--exists', 'onnxinference']).status !== 0) {
    console.error('peers.gstreamer: skipped, this GStreamer has no onnxinference')
    return []
  }
  const decode = `filesrc location=${FOOTAGE} ! qtdemux ! h264parse ! avdec_h264 max-threads=1 ! videoscale ! videoconvert`
  const infer = `video/x-raw,format=BGR,width=416,height=416 ! onnxinference model-file=${MODEL} ! fakesink sync=false`
  const limit = launch(`${decode} ! ${infer}`, FILM_FRAMES).perSecond
  const ours = await pipelineRate({ ...films, sources: 1 }, join(PACKAGE, 'nvinfer.txt'), availableParallelism())
  return [throughput('peers.gstreamer', { ours, limit, unit: 'frames/s', bar: 1, note: 'limit: onnxinference' })]
}
