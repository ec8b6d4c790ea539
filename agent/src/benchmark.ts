/** `vedette benchmark`: sources through the real engine process, measured from outside of it. The rooms meet here. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { SourceInput } from '@vedette/native'
import { type Figures, figuresOf, type Look } from './benchmark/figures.ts'
import { type FindMax, findMax } from './benchmark/find_max.ts'
import { FrameRate } from './benchmark/frame_rate.ts'
import { cpuSeconds, threadSeconds } from './benchmark/process_profile.ts'
import type { BenchmarkReport } from './benchmark/report.ts'
import { modelFilesOfBox } from './box/model_files.ts'
import { engineEntry } from './engine_entry.ts'
import { readMachine } from './host/machine.ts'
import { HostReadings } from './host/readings.ts'
import { treeAt } from './host/tree.ts'
import { createLog } from './log.ts'
import { ModelStore } from './models/store.ts'
import { buildPipeline, type EngineConfig, type StageModel } from './pipeline/channel/engine_config.ts'
import { withoutWaiting } from './pipeline/sources/words.ts'
import { watchedEngine } from './pipeline/watched_engine.ts'
import { parseSettings } from './settings.ts'

export { type BenchmarkReport, reportText } from './benchmark/report.ts'

export interface BenchmarkOptions {
  sources: number
  durationS: number
  input: SourceInput
  /** For the report, without credentials. */
  source: string
  /** Folder of a model package; null decodes only. */
  model: string | null
  family: 'auto' | 'cpu' | 'deepstream'
  inferThreads: number
  profile: boolean
  findMax: boolean
  agentVersion: string
  /** `done`: 0 … 1, where it is known. */
  progress(words: string, done?: number): void
}

interface Run {
  sources: number
  policy: 'realtime' | 'every-frame'
}

interface RunResult {
  figures: Figures
  /** Of the first source, by its own times. */
  cameraFps: number | null
  profile: BenchmarkReport['profile']
  family: 'cpu' | 'deepstream'
  host: Pick<BenchmarkReport, 'gpu' | 'temperatureC'>
}

/** Until every source is live: a TensorRT engine is built before, connecting takes seconds. */
const BEGIN_LIMIT_MS = 60_000
/** The engine tells its figures so often. */
const LOOK_MS = 1_000
const SILENCE_LIMIT_MS = 10_000

export async function runBenchmark(options: BenchmarkOptions, signal: AbortSignal): Promise<BenchmarkReport> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-benchmark-'))
  try {
    const model = options.model === null ? null : await stageModel(options, directory, signal)
    let last: RunResult | null = null
    const measure = async (run: Run): Promise<RunResult> => {
      last = await measureRun(run, { options, model, directory, signal })
      return last
    }
    const found = options.findMax ? await findMaxOf(options, measure, signal) : null
    if (found === null) await measure({ sources: options.sources, policy: 'realtime' })
    const { figures, profile, family, host } = last!
    return {
      v: 2,
      agentVersion: options.agentVersion,
      family,
      model: model && `${model.name} ${model.version}`,
      source: options.source,
      figures,
      ...host,
      profile,
      findMax: found && withoutFigures(found),
      interrupted: signal.aborted
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function withoutFigures({ figures: _, ...found }: FindMax): BenchmarkReport['findMax'] {
  return found
}

async function findMaxOf(
  options: BenchmarkOptions,
  measure: (run: Run) => Promise<RunResult>,
  signal: AbortSignal
): Promise<FindMax> {
  const paced = async (run: Run) => {
    const { figures, cameraFps } = await measure(run)
    if (cameraFps === null) throw new Error(`expected frames of ${options.source}: ${whyNone(figures)}`)
    return { figures, cameraFps }
  }
  return findMax({
    unpaced: options.input.kind === 'rtsp' ? null : () => paced({ sources: options.sources, policy: 'every-frame' }),
    paced(sources) {
      options.progress(`trying ${plural(sources)} at their own pace`)
      return paced({ sources, policy: 'realtime' })
    },
    first: options.sources,
    isStopped: () => signal.aborted
  })
}

function whyNone({ sources }: Figures): string {
  return sources[0]?.trouble ?? 'none came in the time it was measured'
}

function plural(sources: number): string {
  return sources === 1 ? '1 source' : `${sources} sources`
}

/** As a box would run it: with DeepStream, its engine is built first. */
async function stageModel(options: BenchmarkOptions, directory: string, signal: AbortSignal): Promise<StageModel> {
  const text = `box: { id: benchmark }\ndataDir: ${JSON.stringify(directory)}\npipeline: { family: ${options.family}, inferThreads: ${options.inferThreads} }\n`
  const nothing = () => undefined
  const store = new ModelStore({
    directory: join(directory, 'models'),
    console: null,
    local: [options.model!],
    progress: nothing,
    retrying: nothing
  })
  await store.start()
  const stored = store.local[0]!
  const files = modelFilesOfBox({
    settings: parseSettings(text, join(directory, 'box.yaml')),
    machine: await readMachine(treeAt(), process.arch, signal),
    engineEntry: engineEntry(),
    changed: nothing,
    log: createLog({ level: 'error' }).log
  })
  await files.start([stored])
  if (!files.isBuilt(stored)) await files.build(stored, options.progress, signal)
  const { element, config, batchSize } = files.filesOf(stored)
  return { name: stored.name, version: stored.version, labels: stored.labels, element, config, batchSize }
}

async function measureRun(
  run: Run,
  context: { options: BenchmarkOptions; model: StageModel | null; directory: string; signal: AbortSignal }
): Promise<RunResult> {
  const { options, directory, signal } = context
  const names = Array.from({ length: run.sources }, (_, index) => `source-${index + 1}`)
  const looks: Look[] = []
  const troubles: Record<string, string> = {}
  const rate = new FrameRate()
  const live = new Set<string>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const { promise: measured, resolve: enough } = Promise.withResolvers<void>()
  const { promise: failed, reject: fail } = Promise.withResolvers<never>()
  failed.catch(() => undefined)
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const measuring = `measuring ${plural(run.sources)} for ${options.durationS} s`
  let isMeasuring = false
  let beganMs = 0
  let family: 'cpu' | 'deepstream' = 'cpu'
  const engine = watchedEngine(
    { entry: engineEntry(), log: () => undefined },
    {
      capabilities: (capabilities) => {
        family = options.family === 'auto' ? capabilities.family : options.family
      },
      camera({ camera, state, reason }) {
        if (state === 'live') live.add(camera)
        else if (reason !== '') troubles[camera] = withoutWaiting(reason)
        if (names.every((name) => live.has(name) || name in troubles)) begin()
      },
      frames({ cameras, ptsNs }) {
        for (let i = 0; i < cameras.length; i++) if (cameras[i] === 0) rate.seen(ptsNs[i]!)
      },
      async stats({ rssBytes, inferMs, cameras }) {
        if (!isMeasuring) return
        const pid = engine.status.pid
        const atMs = performance.now()
        options.progress(measuring, Math.min(1, (atMs - beganMs) / (options.durationS * 1000)))
        looks.push({
          atMs,
          cpuSeconds: pid === null ? null : await cpuSeconds(pid),
          rssBytes,
          inferMs,
          sources: cameras
        })
        // Looks come once a second, a little late under load.
        if (atMs - looks[0]!.atMs > options.durationS * 1000 - LOOK_MS / 2) enough()
      },
      error: (error) => {
        if (error.fatal) fail(new Error(error.message))
      }
    }
  )
  const readings = new HostReadings(directory)
  try {
    engine.apply(configOf(run, names, context))
    engine.start()
    await Promise.race([begun, failed, aborted, wait(BEGIN_LIMIT_MS, undefined, { ref: false })])
    options.progress(measuring, 0)
    isMeasuring = true
    beganMs = performance.now()
    const pid = engine.status.pid
    const before = options.profile && pid !== null ? await threadSeconds(pid) : null
    const limitMs = options.durationS * 1500 + SILENCE_LIMIT_MS
    await Promise.race([measured, failed, aborted, wait(limitMs, undefined, { ref: false })])
    const seconds = (performance.now() - beganMs) / 1000
    isMeasuring = false
    const after = before !== null && pid !== null ? await threadSeconds(pid) : null
    const { gpu, temperatureC } = await readings.read(pid, AbortSignal.timeout(10_000))
    return {
      figures: figuresOf(looks, names, troubles),
      cameraFps: rate.fps,
      profile: before && after && profileOf(before, after, seconds),
      family,
      host: { gpu, temperatureC }
    }
  } finally {
    await engine.stop()
  }
}

function profileOf(
  before: Record<string, number>,
  after: Record<string, number>,
  seconds: number
): { thread: string; cores: number }[] {
  return Object.entries(after)
    .map(([thread, spent]) => ({ thread, cores: (spent - (before[thread] ?? 0)) / seconds }))
    .filter(({ cores }) => cores >= 0.001)
    .toSorted((a, b) => b.cores - a.cores)
}

function configOf(
  { sources, policy }: Run,
  names: readonly string[],
  { options, model }: { options: BenchmarkOptions; model: StageModel | null }
): EngineConfig {
  const settings = {
    family: options.family,
    maxSources: sources,
    width: 1280,
    height: 720,
    inferThreads: options.inferThreads
  }
  const decoding = { ...settings, batchedPushTimeoutUs: 40_000, stages: [], model: null, tracker: null }
  const analysing = model && { ...buildPipeline(settings, { ...model, task: 'detection' }), tracker: 'default' }
  return {
    pipeline: analysing ?? decoding,
    interval: 0,
    compares: false,
    classifies: false,
    cameras: Object.fromEntries(
      names.map((name, index) => {
        // Patterns that all move alike would be kind to caches.
        const input = options.input.kind === 'test' ? { ...options.input, seed: index + 1 } : options.input
        return [name, { enabled: true, source: { name, index, input, policy, maxAnalysedFps: 0 }, filter: null }]
      })
    )
  }
}
