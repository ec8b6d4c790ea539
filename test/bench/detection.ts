/** Detection throughput: decoded, scaled, inferred, parsed and packed frames a second, beside ONNX Runtime alone. */
import { join } from 'node:path'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import type { Films } from './films.ts'
import { pipelineRate } from './pipeline_rate.ts'
import { inferAlone, launch } from './raw.ts'
import { type Bench, median, throughput } from './row.ts'

const MODELS = { ssd: 'ssd-mobilenet-v2-oid-1.0.0', nanodet: 'nanodet-coco-1.0.0' }
const FILM_FRAMES = 795
const ROUNDS = 3
/** As many as the decode row has: the threads wait for each other at the end of a batch. */
const films: Films = { path: FOOTAGE, frames: FILM_FRAMES, sources: 8, width: 768, height: 576 }

const DECODE = `filesrc location=${FOOTAGE} ! qtdemux ! h264parse ! avdec_h264 max-threads=1 !`
const SCALE = 'videoscale ! videoconvert ! video/x-raw,format=RGB'

export const detection: Bench[] = [
  ...Object.entries(MODELS).flatMap(([short, model]) => [oneThread(short, model), shared(short, model)]),
  ...[1, 2, 4, 8].map(batched)
]

/** One ONNX Runtime thread, the other core free: the lower of decode alone and inference alone. */
function oneThread(short: string, model: string): Bench {
  const name = `detection.one-thread.${short}`
  return {
    name,
    run: async () => {
      const ours: number[] = []
      const limits: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const decode = launch(`${DECODE} fakesink sync=false`, FILM_FRAMES)
        const infer = await inferAlone(onnx(model), 200)
        limits.push(Math.min(decode.perSecond, infer.perSecond))
        ours.push(await pipelineRate(films, inferConfig(model), 1))
      }
      return [throughput(name, { ours: median(ours), limit: median(limits), unit: 'frames/s', bar: 0.95 })]
    }
  }
}

/** Both cores shared: two cores' time over the core-seconds that decode, scale and inference need alone. */
function shared(short: string, model: string): Bench {
  const name = `detection.two-cores.${short}`
  return {
    name,
    run: async () => {
      const ours: number[] = []
      const limits: number[] = []
      const side = short === 'ssd' ? 300 : 416
      for (let round = 0; round < ROUNDS; round++) {
        const decode = launch(`${DECODE} ${SCALE},width=${side},height=${side} ! fakesink sync=false`, FILM_FRAMES)
        const infer = await inferAlone(onnx(model), 200)
        limits.push(2 / (decode.coreSeconds + infer.coreSeconds))
        ours.push(await pipelineRate(films, inferConfig(model), 2))
      }
      return [throughput(name, { ours: median(ours), limit: median(limits), unit: 'frames/s', bar: 0.9 })]
    }
  }
}

/** As one thread, with so many pictures in one inference on both sides. */
function batched(batch: number): Bench {
  const name = `detection.batch-${batch}.nanodet`
  const model = MODELS.nanodet
  return {
    name,
    run: async () => {
      const decode = launch(`${DECODE} fakesink sync=false`, FILM_FRAMES)
      const infer = await inferAlone(onnx(model), Math.ceil(200 / batch), batch)
      const limit = Math.min(decode.perSecond, infer.perSecond)
      const ours = await pipelineRate(films, inferConfig(model), 1, { batchSize: batch })
      return [throughput(name, { ours, limit, unit: 'frames/s', bar: 0.95 })]
    }
  }
}

function onnx(model: string): string {
  return join(cacheDir(), 'models', model, 'model.onnx')
}

function inferConfig(model: string): string {
  return join(cacheDir(), 'models', model, 'nvinfer.txt')
}
