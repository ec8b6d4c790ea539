/**
 * Does a long life cost memory? Starts and stops pipelines, or adds and removes cameras in one, and prints one JSON
 * object: the slope of Pss over the last 80 % of the cycles, with threads and descriptors at cycle 50 and at the end.
 *
 *   MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072 \
 *     node --expose-gc --single-threaded --no-opt --max-semi-space-size=1 \
 *     native/addon/leak.ts start-stop|add-remove CYCLES NVINFER.txt
 *
 * One malloc arena that gives back what is free, and a V8 without helpers: what allocators and compilers keep for later
 * would hide what is lost.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { createPipeline, type Pipeline, type SourceDescription } from '../index.ts'
import { detectorStage } from '../stage.ts'
import { theilSen } from './theil_sen.ts'

export interface Leak {
  cycles: number
  bytesPerCycle: number
  threads: { at50: number; end: number }
  descriptors: { at50: number; end: number }
}

const SAMPLES = 100
/** Not counted: until then each life finds holes in the heap that are a little too small. */
const WARM_UP_CYCLES = 200
/** GLib ends a thread of its pool that nobody has used for 15 s: those that remain belong to something. */
const IDLE_THREADS_MS = 16_000

const camera: SourceDescription = {
  name: 'camera',
  index: 0,
  policy: 'realtime',
  maxAnalysedFps: 0,
  input: { kind: 'test', width: 160, height: 120, fps: 100, shapes: 2, seed: 1 }
}

async function measureStartStop(cycles: number, inferConfig: string): Promise<Leak> {
  return measure(cycles, async () => {
    const { pipeline, analysed } = make(inferConfig)
    await pipeline.start()
    await analysed(await pipeline.addSource(camera))
    await pipeline.stop()
  })
}

async function measureAddRemove(cycles: number, inferConfig: string): Promise<Leak> {
  const { pipeline, analysed } = make(inferConfig)
  await pipeline.start()
  await analysed(await pipeline.addSource({ ...camera, name: 'steady' }))
  const leak = await measure(cycles, async () => {
    const place = await pipeline.addSource(camera)
    await analysed(place)
    await pipeline.removeSource(place.slot)
  })
  await pipeline.stop()
  return leak
}

interface Place {
  slot: number
  generation: number
}

/** `analysed` waits for a frame with an object of that camera. */
function make(inferConfig: string): { pipeline: Pipeline; analysed(place: Place): Promise<void> } {
  let newest: Place[] = []
  let wake = () => {}
  const pipeline = createPipeline(
    {
      family: 'cpu',
      maxSources: 2,
      batchedPushTimeoutUs: 5000,
      width: 160,
      height: 120,
      stages: [detectorStage(inferConfig)],
      tracker: 'default',
      inferThreads: 1
    },
    {
      frames: ({ slots, generations, objects }) => {
        newest = Array.from(slots, (slot, i) => ({ slot, generation: generations[i] ?? 0 })).filter(
          (_, i) => objects[i]
        )
        wake()
      },
      source: () => {},
      stats: () => {},
      error: (error) => {
        throw new Error(error.message)
      }
    }
  )
  const analysed = ({ slot, generation }: Place) =>
    new Promise<void>((resolve) => {
      wake = () => {
        if (newest.some((place) => place.slot === slot && place.generation === generation)) resolve()
      }
      wake()
    })
  return { pipeline, analysed }
}

async function measure(cycles: number, cycle: () => Promise<void>): Promise<Leak> {
  const points: [cycle: number, pssBytes: number][] = []
  let at50 = { threads: 0, descriptors: 0 }
  for (let i = 0; i < WARM_UP_CYCLES; i++) await cycle()
  for (let i = 1; i <= cycles; i++) {
    await cycle()
    if (i === 50) at50 = await settled()
    if (i % Math.max(1, Math.floor(cycles / SAMPLES)) === 0) {
      globalThis.gc?.()
      points.push([i, pssBytes()])
    }
  }
  const end = await settled()
  return {
    cycles,
    bytesPerCycle: Math.round(theilSen(points.slice(Math.floor(points.length / 5)))),
    threads: { at50: at50.threads, end: end.threads },
    descriptors: { at50: at50.descriptors, end: end.descriptors }
  }
}

async function settled(): Promise<{ threads: number; descriptors: number }> {
  await pause(IDLE_THREADS_MS)
  return { threads: readdirSync('/proc/self/task').length, descriptors: readdirSync('/proc/self/fd').length }
}

/** Without the pages of files, which are shared out anew whenever another process maps the same libraries. */
function pssBytes(): number {
  const rollup = readFileSync('/proc/self/smaps_rollup', 'utf8')
  // Linux before 5.9 tells only the sum.
  const line = /^Pss_Anon:\s+(\d+) kB/m.exec(rollup) ?? /^Pss:\s+(\d+) kB/m.exec(rollup)
  if (!line) throw new Error('expected a line Pss: in /proc/self/smaps_rollup')
  return Number(line[1]) * 1024
}

const measures: Record<string, typeof measureStartStop> = {
  'start-stop': measureStartStop,
  'add-remove': measureAddRemove
}
const [what = '', cycles, inferConfig] = process.argv.slice(2)
const measureIt = measures[what]
if (!measureIt || !(Number(cycles) > 50) || !inferConfig)
  throw new Error(
    `expected start-stop or add-remove, more than 50 cycles and NVINFER.txt, received ${process.argv.slice(2)}`
  )
console.log(JSON.stringify(await measureIt(Number(cycles), inferConfig)))
