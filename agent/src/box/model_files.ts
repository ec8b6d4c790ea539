/** What this box makes of a model package: decided once, from its settings and from what the machine is. */
import { join } from 'node:path'
import type { Logger } from '../log.ts'
import { asPackaged } from '../models/as_packaged.ts'
import { EngineBuilds } from '../models/engine_builds.ts'
import { EngineCache, type EngineCacheOptions } from '../models/engine_cache.ts'
import { inferMachine, type MachineFacts } from '../models/infer_machine.ts'
import type { ModelFiles } from '../models/model_files.ts'
import { TritonFiles } from '../models/triton_files.ts'
import { TunedPackages } from '../models/tuned_packages.ts'
import { isTuned, tunedFiles } from '../models/tuning.ts'
import { buildPipeline } from '../pipeline/channel/engine_config.ts'
import { buildEngine } from '../pipeline/engine_build.ts'
import { nativeFolder } from '../pipeline/native_folder.ts'
import type { Settings } from '../settings.ts'

export interface ModelFilesOptions {
  settings: Settings
  machine: MachineFacts
  engineEntry: string
  /** How far a build is has changed. */
  changed(): void
  log: Logger
}

export function modelFilesOfBox(options: ModelFilesOptions): ModelFiles {
  const { detection } = options.settings
  const files = filesOfBox(options)
  return isTuned(detection) ? tunedFiles(files, detection) : files
}

function filesOfBox({ settings, machine: facts, engineEntry, changed, log }: ModelFilesOptions): ModelFiles {
  const { pipeline, detection, dataDir } = settings
  const machine = inferMachine(facts, pipeline, process.env)
  if (machine !== null && pipeline.gpu > 0 && pipeline.gpu >= facts.gpus.length)
    log.warn(`pipeline.gpu is ${pipeline.gpu}, this machine has ${facts.gpus.length} GPUs, counted from 0: set another`)
  const parsers = nativeFolder()
  if (machine === null || parsers === null) {
    if (pipeline.triton !== null)
      log.warn('pipeline.triton has no effect: a Triton server needs DeepStream on this box')
    const isOwn = isTuned(detection) || detection.maxBatch !== null
    return isOwn
      ? new TunedPackages({ directory: join(dataDir, 'models', 'tuned'), detectorBatch: detection.maxBatch })
      : asPackaged
  }
  const box = { machine, parsers, detectorBatch: detection.maxBatch ?? pipeline.batchSize ?? pipeline.maxSources }
  const { triton } = pipeline
  if (triton !== null) return new TritonFiles({ ...box, triton, directory: join(dataDir, 'models', 'triton') })
  return new EngineBuilds({
    cache: new EngineCache({ ...box, ...engineCacheIn(settings) }),
    changed,
    log,
    build: (model, read, signal) =>
      buildEngine(
        {
          entry: engineEntry,
          pipeline: buildPipeline(pipeline, model),
          log(line) {
            log.info({ from: 'engine build' }, line)
            read(line)
          }
        },
        signal
      )
  })
}

/** Where the TensorRT engines of this box are kept; null where none are built. */
export function engineCacheOf(
  { pipeline, dataDir }: Settings,
  machine: MachineFacts
): Pick<EngineCacheOptions, 'directory' | 'limitBytes'> | null {
  const builds = pipeline.triton === null && inferMachine(machine, pipeline, process.env) !== null
  return builds ? engineCacheIn({ pipeline, dataDir }) : null
}

function engineCacheIn({ pipeline, dataDir }: Pick<Settings, 'pipeline' | 'dataDir'>) {
  return { directory: join(dataDir, 'models', 'engines'), limitBytes: pipeline.engineCacheBytes }
}
