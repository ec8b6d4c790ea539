/** `vedette benchmark`: how much this machine carries. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { SourceInput } from '@vedette/native'
import { type BenchmarkOptions, reportText, runBenchmark } from '../benchmark.ts'
import { inputOf, parseTarget } from '../probe.ts'
import { DEFAULT_INFER_THREADS } from '../settings.ts'
import { ProgressBar } from './progress.ts'
import { UsageError } from './usage_error.ts'
import { version } from './version.ts'

const benchmarkHelp = `Usage: vedette benchmark [--sources N] [--duration S] [--model DIR] [--video FILE | --rtsp ADDRESS]
                         [--profile] [--find-max] [--json]

Runs sources through the real pipeline and prints frames a second, latency, drops, CPU, memory and GPU.

  --sources N      sources at the same time, 1 to 256; 4 unless told
  --duration S     how long to measure once all are live, 2 to 86400 s; 30 unless told
  --model DIR      folder of a model package; without one, frames are decoded only
  --video FILE     plays a film in a loop instead of a moving test pattern of 1280x720 at 25 frames/s
  --rtsp ADDRESS   reads a camera, once for each source
  --threads N      threads of inference (family cpu); half of the cores unless told
  --family NAME    auto, cpu or deepstream
  --profile        adds which threads the time went to
  --find-max       finds how many cameras keep up in real time: films first as fast as it goes, then at
                   their pace; a camera of --rtsp by reading it more and more often at the same time
  --json           one object; its "v" changes when its shape does

Ctrl-C prints what was measured so far.
Exit codes: 0 measured, 1 failed or no frame came, 2 called wrongly.`

export async function benchmarkCommand(args: string[]): Promise<void> {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
    args,
    options: {
      sources: text,
      duration: text,
      model: text,
      video: text,
      rtsp: text,
      threads: text,
      family: text,
      profile: flag,
      'find-max': flag,
      json: flag,
      help: { ...flag, short: 'h' }
    }
  })
  if (values.help) return console.log(benchmarkHelp)
  if (values.video !== undefined && values.rtsp !== undefined)
    throw new UsageError('expected --video or --rtsp, received both')
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort())
  const bar = new ProgressBar()
  const options: BenchmarkOptions = {
    sources: whole('--sources', values.sources ?? '4', [1, 256]),
    durationS: whole('--duration', values.duration ?? '30', [2, 86_400]),
    ...sourceOf(values),
    model: values.model === undefined ? null : packageFolder(values.model),
    family: familyOf(values.family ?? 'auto'),
    inferThreads: whole('--threads', values.threads ?? String(DEFAULT_INFER_THREADS), [1, 256]),
    profile: values.profile,
    findMax: values['find-max'],
    agentVersion: version,
    progress: bar.show
  }
  const report = await runBenchmark(options, stopping.signal).finally(() => bar.clear())
  console.log(values.json ? JSON.stringify(report, null, 2) : reportText(report))
  if (report.figures.sources.some(({ trouble }) => trouble !== null)) process.exitCode = 1
}

function sourceOf({ video, rtsp }: { video?: string; rtsp?: string }): { input: SourceInput; source: string } {
  if (video !== undefined) return { input: { kind: 'file', path: resolve(video), loop: true }, source: resolve(video) }
  if (rtsp === undefined) {
    const input = { kind: 'test', width: 1280, height: 720, fps: 25, shapes: 3, seed: 1 } as const
    return { input, source: 'test pattern 1280x720 at 25/s' }
  }
  const target = targetOf(rtsp)
  if (target.kind !== 'rtsp') throw new UsageError(`expected rtsp:// or rtsps:// after --rtsp, received ${target.url}`)
  return { input: inputOf(target), source: target.url }
}

function packageFolder(path: string): string {
  const folder = resolve(path)
  if (existsSync(join(folder, 'model.yaml'))) return folder
  throw new Error(
    `expected the folder of a model package after --model, received ${folder}: there is no model.yaml in it. Make one with vedette model import.`
  )
}

function targetOf(address: string) {
  try {
    return parseTarget(address, process.cwd())
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function whole(name: string, text: string, [low, high]: [number, number]): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < low || value > high)
    throw new UsageError(`expected a whole number of ${low} … ${high} after ${name}, received ${text}`)
  return value
}

function familyOf(name: string): BenchmarkOptions['family'] {
  if (name === 'auto' || name === 'cpu' || name === 'deepstream') return name
  throw new UsageError(`expected auto, cpu or deepstream after --family, received ${name}`)
}
