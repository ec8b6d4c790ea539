/**
 * Does a long life cost memory? Starts and stops pipelines, and adds and removes cameras in one, and prints the slope of
 * Pss over the last 80 % of the cycles with threads and descriptors at cycle 50 and at the end.
 *
 *   node native/addon/leak.ts [start-stop cycles] [add-remove cycles]
 */
import { readdirSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { createPipeline, type Pipeline, type SourceDescription } from '../index.ts'

export interface Leak {
  cycles: number
  bytesPerCycle: number
  threads: { at50: number; end: number }
  descriptors: { at50: number; end: number }
}

const camera: SourceDescription = {
  name: 'camera',
  index: 0,
  policy: 'realtime',
  maxAnalysedFps: 0,
  input: { kind: 'test', width: 160, height: 120, fps: 100, shapes: 2, seed: 1 }
}

export async function measureStartStop(cycles: number): Promise<Leak> {
  return measure(cycles, async () => {
    const { pipeline, live } = make()
    await pipeline.start()
    await pipeline.addSource(camera)
    await live()
    await pipeline.stop()
  })
}

export async function measureAddRemove(cycles: number): Promise<Leak> {
  const { pipeline, live } = make()
  await pipeline.start()
  await pipeline.addSource({ ...camera, name: 'steady' })
  await live()
  const leak = await measure(cycles, async () => {
    const { slot } = await pipeline.addSource(camera)
    await live()
    await pipeline.removeSource(slot)
  })
  await pipeline.stop()
  return leak
}

function make(): { pipeline: Pipeline; live(): Promise<void> } {
  let lives = 0
  let awaited = 0
  let wake = () => {}
  const pipeline = createPipeline(
    {
      family: 'cpu',
      maxSources: 2,
      batchedPushTimeoutUs: 5000,
      width: 160,
      height: 120,
      inferConfig: null,
      interval: 0,
      tracker: null,
      inferThreads: 1
    },
    {
      frames: () => {},
      source: (event) => {
        if (event.what !== 'live') return
        lives++
        wake()
      },
      stats: () => {},
      error: (error) => {
        throw new Error(error.message)
      }
    }
  )
  const live = () =>
    new Promise<void>((resolve) => {
      awaited++
      wake = () => {
        if (lives >= awaited) resolve()
      }
      wake()
    })
  return { pipeline, live }
}

async function measure(cycles: number, cycle: () => Promise<void>): Promise<Leak> {
  const points: [cycle: number, pssBytes: number][] = []
  let at50 = count()
  for (let i = 1; i <= cycles; i++) {
    await cycle()
    if (i === 50) at50 = count()
    if (i % Math.max(1, Math.floor(cycles / 50)) === 0) {
      globalThis.gc?.()
      points.push([i, pssBytes()])
    }
  }
  const end = count()
  return {
    cycles,
    bytesPerCycle: Math.round(slope(points.slice(Math.floor(points.length / 5)))),
    threads: { at50: at50.threads, end: end.threads },
    descriptors: { at50: at50.descriptors, end: end.descriptors }
  }
}

function count(): { threads: number; descriptors: number } {
  return { threads: readdirSync('/proc/self/task').length, descriptors: readdirSync('/proc/self/fd').length }
}

function pssBytes(): number {
  const line = /^Pss:\s+(\d+) kB/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))
  if (!line) throw new Error('expected a line Pss: in /proc/self/smaps_rollup')
  return Number(line[1]) * 1024
}

/** Least squares. */
function slope(points: [x: number, y: number][]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  return above / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log('start/stop', await measureStartStop(Number(process.argv[2] ?? 200)))
  console.log('add/remove', await measureAddRemove(Number(process.argv[3] ?? 1000)))
}
