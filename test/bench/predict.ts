/** Pictures over HTTP: 200 clients of `/predict/`, beside a loop that decodes and infers the same pictures without HTTP. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { theilSen } from '@vedette/native/theil_sen'
import { cacheDir } from '../world/cache.ts'
import { filmPictures } from '../world/film_picture.ts'
import { startLoneBox } from '../world/lone_box.ts'
import { type Crowd, crowd } from './predict_clients.ts'
import { type Bench, median, throughput } from './row.ts'

const MODELS = [
  ['ssd', 'ssd-mobilenet-v2-oid-1.0.0', 300],
  ['nanodet', 'nanodet-coco-1.0.0', 416]
] as const
const CLIENTS = 200
/** More than the 256 pictures that a box lets wait. */
const OVERLOAD = 400
const CORES = 2
/** Both in turns, so that a neighbour on the machine slows down both; together long enough to see whether memory grows. */
const ROUNDS = 6
const SECONDS = 24
const ALONE_SECONDS = 8
/** What the pictures under way need is found in the first two minutes. */
const LAST_S = 60
const MIB = 2 ** 20

export const predict: Bench[] = MODELS.map(([short, model, side]) => {
  const name = `predict.${short}`
  return {
    name,
    run: async () => {
      const folder = join(cacheDir(), 'models', model)
      const jpegs = await filmPictures(100)
      const aloneAt = (batch: number) => alone({ model: join(folder, 'model.onnx'), side, batch, jpegs })
      const byBatch = new Map<number, number>()
      for (const batch of [1, 4, 8]) byBatch.set(batch, await aloneAt(batch))
      const [bestBatch] = [...byBatch].reduce((best, one) => (one[1] > best[1] ? one : best))
      const box = await startLoneBox({ cameras: {}, models: [folder], http: { port: 0, images: { threads: CORES } } })
      try {
        await crowd(box.url, { clients: CLIENTS, jpegs, seconds: 5 })
        const series = sampleMemory(box.box.process.pid)
        const limits: number[] = []
        const crowds: Crowd[] = []
        for (let round = 0; round < ROUNDS; round++) {
          limits.push(await aloneAt(bestBatch))
          crowds.push(await crowd(box.url, { clients: CLIENTS, jpegs, seconds: SECONDS }))
        }
        const memory = series.end()
        const over = await crowd(box.url, { clients: OVERLOAD, jpegs, seconds: 5 })
        const latencies = crowds.flatMap((one) => one.latencies).sort((a, b) => a - b)
        const at = (share: number) => `${Math.round(latencies[Math.floor(share * latencies.length)] ?? 0)} ms`
        const lost = crowds.reduce((sum, one) => sum + one.lost, 0)
        const note = [
          `${CLIENTS} clients: p50 ${at(0.5)}, p99 ${at(0.99)}, ${lost} of ${latencies.length + lost} lost`,
          `memory of agent and its processes ${memory}`,
          `${OVERLOAD} clients: ${over.answered} answered, ${over.refused} told to come again, ${over.lost} lost`,
          `the limit at batch ${bestBatch} of ${[...byBatch].map(([batch, rate]) => `${batch}: ${rate.toFixed(1)}`).join(', ')}`
        ].join('; ')
        const ours = median(crowds.map(({ perSecond }) => perSecond))
        return [throughput(name, { ours, limit: median(limits), unit: 'pictures/s', bar: 0.9, note })]
      } finally {
        await box.stop()
      }
    }
  }
})

/** On every core one loop, which decodes the next batch while it infers this one. */
async function alone(work: { model: string; side: number; batch: number; jpegs: Uint8Array[] }): Promise<number> {
  const rates = await Promise.all(
    Array.from(
      { length: CORES },
      () =>
        new Promise<number>((resolve, reject) => {
          const worker = new Worker(new URL('./predict_worker.ts', import.meta.url), {
            workerData: { ...work, seconds: ALONE_SECONDS }
          })
          worker.once('message', resolve)
          worker.once('error', reject)
        })
    )
  )
  return rates.reduce((sum, rate) => sum + rate, 0)
}

/** Each second until its end; then what came of it, in words. */
function sampleMemory(pid: number): { end(): string } {
  const points: [minute: number, mib: number][] = []
  const began = performance.now()
  const sample = () => points.push([(performance.now() - began) / 60_000, residentBytes(pid) / MIB])
  const clock = setInterval(sample, 1000)
  sample()
  return {
    end: () => {
      clearInterval(clock)
      const last = points.slice(-LAST_S)
      const every10s = points.filter((_, i) => i % 10 === 0).map(([, mib]) => mib.toFixed(0))
      return `${every10s.join(', ')} MiB every 10 s, ${theilSen(last).toFixed(1)} MiB a minute in the last ${LAST_S} s`
    }
  }
}

/** Of a process and its children. */
function residentBytes(pid: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
  const pages = [String(pid), ...children].map((one) =>
    Number(readFileSync(`/proc/${one}/statm`, 'utf8').split(' ')[1])
  )
  return pages.reduce((sum, value) => sum + value, 0) * 4096
}

function parentOf(pid: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
  } catch {
    return -1
  }
}
