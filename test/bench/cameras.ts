/** What a camera costs: 1080p at 25 FPS, looked at by NanoDet five times a second. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PipelineStats } from '@vedette/native'
import { detectorStage } from '@vedette/native/stage'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import { makeFilm1080p25 } from './film_1080p.ts'
import { type Films, type Play, playFilms } from './films.ts'
import { inferAlone, launch } from './raw.ts'
import { type Bench, cost } from './row.ts'

const ANALYSED_FPS = 5
const SECONDS = 15
const FILM_FRAMES = 795
const PACKAGE = join(cacheDir(), 'models/nanodet-coco-1.0.0')
const stages = [detectorStage(join(PACKAGE, 'nvinfer.txt'))]
const MIB = 2 ** 20

export const cameras: Bench[] = [
  {
    name: 'camera.cpu',
    run: async () => {
      const film = await makeFilm1080p25()
      const decode = launch(
        `filesrc location=${film} ! qtdemux ! h264parse ! avdec_h264 max-threads=1 ! fakesink sync=false`,
        FILM_FRAMES
      )
      const infer = await inferAlone(join(PACKAGE, 'model.onnx'), 100)
      const idle = await workOf(2, { stages: [] })
      const busy = await workOf(2, { stages })
      const limitOf = (work: Work, inferences: number) =>
        work.decoded * decode.coreSeconds + inferences * infer.coreSeconds
      const row = (name: string, work: Work, inferences: number, note: string) =>
        cost(name, { ours: work.cores, limit: limitOf(work, inferences), unit: 'cores', bar: 0.9, note })
      return [
        row('camera.cpu.idle', idle, 0, 'limit: decoding alone'),
        row('camera.cpu.analysed', busy, busy.analysed, 'limit: as many frames decoded and inferred alone')
      ]
    }
  },
  {
    name: 'camera.memory',
    run: async () => {
      const film = await makeFilm1080p25()
      const few = await memoryOf(2)
      const many = await memoryOf(10)
      const decode = `filesrc location=${film} ! qtdemux ! h264parse ! avdec_h264 max-threads=1 ! fakesink sync=true`
      const raw = async (count: number) => rawMemory(Array(count).fill(decode).join(' '))
      const limit = ((await raw(10)) - (await raw(2))) / 8
      const ours = (many - few) / 8
      const note = 'what each camera more adds; limit: the same by gst-launch-1.0 with a decoder alone'
      return [cost('camera.memory', { ours: ours / MIB, limit: limit / MIB, unit: 'MiB', bar: 0.8, note })]
    }
  },
  {
    name: 'camera.motion',
    run: async () => {
      const films: Films = { path: FOOTAGE, frames: FILM_FRAMES, sources: 1, width: 768, height: 432 }
      const all = await analysed(films, 'off')
      const gated = await analysed(films, 'auto')
      const note = 'vtest, where somebody nearly always walks: analysed frames without gating over those with it'
      return [cost('camera.motion.vtest', { ours: gated, limit: all, unit: 'frames', bar: 1, note })]
    }
  }
]

/** Frames of a whole film that are analysed. */
async function analysed(films: Films, motion: 'off' | 'auto'): Promise<number> {
  const play: Play = { stages: [], inferThreads: 1, asCameras: false, source: { motion } }
  const { stats } = await playFilms(films, play, ({ stats }) => {
    const source = stats?.sources[0]
    return source !== undefined && source.framesDecoded >= films.frames && source.framesMuxed > 0
  })
  const source = stats!.sources[0]!
  return source.framesDecoded - source.framesStill
}

interface Work {
  /** CPU of this process, for each camera. */
  cores: number
  /** What it did with it, for each camera and second: a busy machine may not get as far as it should. */
  decoded: number
  analysed: number
}

async function workOf(sources: number, options: Pick<Play, 'stages'>): Promise<Work> {
  let from: { cpu: NodeJS.CpuUsage; at: number; counts: Counts } | null = null
  let work: Work | null = null
  const films: Films = { path: await makeFilm1080p25(), frames: FILM_FRAMES, sources, width: 1920, height: 1080 }
  const as: Play = { ...options, inferThreads: 1, asCameras: true, source: { maxAnalysedFps: ANALYSED_FPS } }
  await playFilms(films, as, ({ elapsedMs, stats }) => {
    if (elapsedMs < 2000 || stats === null) return false
    from ??= { cpu: process.cpuUsage(), at: elapsedMs, counts: countsOf(stats) }
    const ms = elapsedMs - from.at
    if (ms < SECONDS * 1000) return false
    const { user, system } = process.cpuUsage(from.cpu)
    const now = countsOf(stats)
    const perSecond = (count: number) => count / (ms / 1000) / sources
    work = {
      cores: (user + system) / 1000 / ms / sources,
      decoded: perSecond(now.decoded - from.counts.decoded),
      analysed: perSecond(now.analysed - from.counts.analysed)
    }
    return true
  })
  return work!
}

interface Counts {
  decoded: number
  analysed: number
}

function countsOf({ sources }: PipelineStats): Counts {
  const sum = (key: 'framesDecoded' | 'framesAnalysed') => sources.reduce((total, source) => total + source[key], 0)
  return { decoded: sum('framesDecoded'), analysed: sum('framesAnalysed') }
}

async function memoryOf(sources: number): Promise<number> {
  let pss = 0
  const films: Films = { path: await makeFilm1080p25(), frames: FILM_FRAMES, sources, width: 1920, height: 1080 }
  const as: Play = { stages: [], inferThreads: 1, asCameras: true, source: { maxAnalysedFps: ANALYSED_FPS } }
  await playFilms(films, as, ({ elapsedMs }) => {
    if (elapsedMs < 5000) return false
    pss = memory(process.pid)
    return true
  })
  return pss
}

async function rawMemory(pipeline: string): Promise<number> {
  const child = spawn('gst-launch-1.0', ['-q', ...pipeline.split(' ')], { stdio: 'ignore' })
  await new Promise((resolve) => setTimeout(resolve, 5000))
  const bytes = memory(child.pid!)
  child.kill('SIGKILL')
  await once(child, 'exit')
  return bytes
}

/** Proportional set size, in bytes (proc(5), smaps_rollup). */
function memory(pid: number): number {
  const [, kib] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? []
  return Number(kib) * 1024
}
