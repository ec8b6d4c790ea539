/** TensorRT engines of this box's models: which are there, which is being built and how far it is, and why one is not. */
import type { Task } from '@vedette/model'
import { buildNews } from './build_log.ts'
import type { CacheEntry, EngineCache } from './engine_cache.ts'
import type { Building, ModelFiles, SpareFolder, StageFiles } from './model_files.ts'
import { networkOf } from './network.ts'
import { PackageError } from './package_error.ts'
import type { StoredModel } from './store.ts'

export interface EngineBuildsOptions {
  cache: EngineCache
  /** Resolves when a pipeline with this model has come up in a process of its own; rejects with why it has not. */
  build(model: BuildInput, log: (line: string) => void, signal: AbortSignal): Promise<void>
  /** `building` has changed. */
  changed(): void
  log: { info(message: string): void; warn(message: string): void }
}

export interface BuildInput extends StageFiles {
  task: Task
  name: string
  version: string
  labels: string[]
}

const MINUTE_MS = 60_000
/** A second one, because the memory or the disk may have been full; then the model is at fault. */
const TRIES = 2

export class EngineBuilds implements ModelFiles {
  readonly builds = true
  readonly building = new Map<string, Building>()
  readonly #options: EngineBuildsOptions
  /** Packages whose files for nvinfer were written since the agent began. */
  readonly #prepared = new Set<string>()

  constructor(options: EngineBuildsOptions) {
    this.#options = options
  }

  /** Engines that were built before the agent was started are as good as then. */
  async start(models: Iterable<StoredModel>): Promise<void> {
    const { cache } = this.#options
    for (const model of models) if (cache.isBuilt(cache.entryOf(model))) await this.#prepare(model)
  }

  isBuilt(model: StoredModel): boolean {
    const { cache } = this.#options
    return this.#prepared.has(model.sha256) && cache.isBuilt(cache.entryOf(model))
  }

  filesOf(model: StoredModel): StageFiles {
    const { config, key, engine } = this.#options.cache.entryOf(model)
    // Batch, precision and device are the same for packages that ask for the same.
    const network = `${networkOf(model)} ${key.precision} ${key.batchSize} ${key.dlaCore}`
    return { element: 'infer', config, batchSize: key.batchSize, network, engineFile: engine }
  }

  collect(keep: readonly StoredModel[]): Promise<void> {
    return this.#options.cache.collect(keep)
  }

  spare(keep: readonly StoredModel[]): Promise<SpareFolder[]> {
    return this.#options.cache.spare(keep)
  }

  async build(model: StoredModel, progress: (words: string) => void, signal: AbortSignal): Promise<void> {
    const { cache, build, log } = this.#options
    const name = `${model.name} ${model.version}`
    const entry = await this.#prepare(model)
    if (cache.isBuilt(entry)) return
    const failure = cache.failureOf(entry)
    if (failure !== null && failure.times >= TRIES) {
      throw new PackageError(
        'engine',
        `${failure.reason.replace(/\.?$/, '.')} That was tried ${failure.times} times and is not tried again: assign another model, or this one's next version.`
      )
    }
    const { batchSize, precision } = entry.key
    const what = `Building its engine for ${batchSize} pictures at once in ${precision.toUpperCase()}.`
    const sinceMs = Date.now()
    let trouble = ''
    const read = (line: string) => {
      const news = buildNews(line)
      if (news?.what === 'progress') this.#tell(model, { sinceMs, words: `${what} ${news.words}` })
      else if (news?.what === 'trouble') trouble = news.words
    }
    const clock = setInterval(() => progress(`${Math.floor((Date.now() - sinceMs) / MINUTE_MS)} min so far`), MINUTE_MS)
    this.#tell(model, { sinceMs, words: what })
    log.info(`model ${name}: ${what}`)
    try {
      await build({ ...model, ...this.filesOf(model) }, read, signal)
      const { renamedFrom } = await cache.settle(entry)
      if (renamedFrom !== null) log.warn(`the engine of ${name} was written as ${renamedFrom}, and renamed`)
      log.info(`the engine of ${name} was built in ${Math.round((Date.now() - sinceMs) / 1000)} s`)
    } catch (error) {
      if (signal.aborted) throw error
      const why = trouble === '' ? messageOf(error) : `${messageOf(error)} (${trouble})`
      const reason = `the engine of model ${name} could not be built: ${why}`
      await cache.noteFailure(entry, reason).catch((error: Error) => log.warn(`not remembered: ${error.message}`))
      throw new PackageError('engine', reason)
    } finally {
      clearInterval(clock)
      this.#tell(model, null)
    }
  }

  async #prepare(model: StoredModel): Promise<CacheEntry> {
    const entry = await this.#options.cache.prepare(model)
    this.#prepared.add(model.sha256)
    return entry
  }

  #tell({ sha256 }: StoredModel, building: Building | null): void {
    if (building === null) this.building.delete(sha256)
    else this.building.set(sha256, building)
    this.#options.changed()
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
