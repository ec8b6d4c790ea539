/** The models of this box: what is on its disk, what is on its way, which one runs and why not the one asked for. */
import type { Desired, ModelReference } from '@vedette/protocol'
import { buildNews } from './build_log.ts'
import { Companions } from './companions.ts'
import type { ModelFiles, SpareFolder, StageFiles } from './model_files.ts'
import { type Chosen, insteadOf, ModelSwitch } from './model_switch.ts'
import { PackageError } from './package_error.ts'
import { ModelStore, type StoredModel } from './store.ts'
import type { Counts } from './trial.ts'

export interface BoxModelsOptions {
  /** Made when it is not there. */
  directory: string
  /** Where the console answers; null for a box without one. */
  console: { url: string; box: string; secret: string; caFile: string | null } | null
  /** Folders of packages that the settings name. */
  packages: string[]
  trialMs: number
  files: ModelFiles
  /** Something of `facts` has changed. */
  changed(): void
  /** The model that runs proved bad: the desired state has to be applied again. */
  rolledBack(): void
  log: { info(message: string): void; warn(message: string): void }
}

interface WantedSecondary {
  model: ModelReference
  classes: string[]
}

interface WantedCompare {
  model: ModelReference
  interval: number
}

export class BoxModels {
  readonly #options: BoxModelsOptions
  readonly #store: ModelStore
  readonly #switch: ModelSwitch
  readonly #companions: Companions
  /** Models beside the detector that were given out, by what their stages read. */
  readonly #companionOf = new Map<string, string>()
  /** Packages that the settings name, by the SHA-256 that references to them carry. */
  readonly #local = new Map<string, StoredModel>()
  /** What the document in force and a roll-back need. */
  #kept: StoredModel[] | null = null
  readonly #arrived = new Map<string, number>()
  /** Why a package that is on its way does not come at the moment. */
  readonly #heldUp = new Map<string, string>()
  readonly #failures = new Map<string, string>()
  /** Why the engine of a model was not taken and built again. */
  readonly #rebuilt = new Map<string, string>()
  #rolledBack: { sha256: string; reason: string } | null = null
  #selected: { sha256: string; isRunning: boolean } | null = null
  /** Those that go into the pipeline with the selected one, and whether it runs. */
  #beside: ReadonlyMap<string, boolean> = new Map()

  constructor(options: BoxModelsOptions) {
    this.#options = options
    const { directory, console, packages, trialMs, log } = options
    this.#store = new ModelStore({
      directory,
      console,
      local: packages,
      progress: (sha256, bytesDone) => {
        this.#arrived.set(sha256, bytesDone)
        this.#heldUp.delete(sha256)
        options.changed()
      },
      retrying: (sha256, message) => {
        log.warn(message)
        this.#heldUp.set(sha256, message)
        options.changed()
      }
    })
    this.#switch = new ModelSwitch({
      directory,
      trialMs,
      rolledBack(from, reason) {
        log.warn(`model ${from.name} ${from.version} was rolled back: ${reason}`)
        options.rolledBack()
      },
      committed: (model) => log.info(`model ${model.name} ${model.version} is good`)
    })
    this.#companions = new Companions({
      directory,
      trialMs,
      rolledBack: (sha256, reason) => {
        log.warn(`model ${this.#nameOf(sha256)} was rolled back: ${reason}`)
        options.rolledBack()
      }
    })
  }

  /** Reads the disk. `named` gives each package of the settings the SHA-256 by which references name it. */
  async start(named: (packages: StoredModel[]) => [sha256: string, StoredModel][]): Promise<void> {
    await this.#store.start()
    for (const [sha256, model] of named(this.#store.local)) this.#local.set(sha256, model)
    await this.#options.files.start([...this.#store.all, ...this.#local.values()])
    await this.#switch.start()
    await this.#companions.start()
  }

  async stop(): Promise<void> {
    await this.#companions.stop()
    await this.#switch.stop()
  }

  /** The packages that the settings name. */
  get local(): StoredModel[] {
    return [...this.#local.values()]
  }

  /** Undefined when it is not on the disk. */
  get(sha256: string): StoredModel | undefined {
    return this.#local.get(sha256) ?? this.#store.get(sha256)
  }

  /** How far each model has come, for the report. */
  get facts() {
    return {
      isOnDisk: (sha256: string) => this.get(sha256) !== undefined,
      arrived: this.#arrived,
      heldUp: this.#heldUp,
      building: this.#options.files.building,
      rebuilt: this.#rebuilt,
      failures: this.#failures,
      rolledBack: new Map([
        ...this.#companions.bad,
        ...(this.#rolledBack === null ? [] : [[this.#rolledBack.sha256, this.#rolledBack.reason] as const])
      ]),
      selected: this.#selected,
      beside: this.#beside
    }
  }

  /** Rejects with a PackageError or the signal's reason. */
  async fetch(reference: ModelReference, signal: AbortSignal): Promise<void> {
    const { sha256 } = reference
    await this.#trying(sha256, signal, async () => {
      this.#arrived.set(sha256, await this.#store.arrived(sha256))
      this.#options.changed()
      try {
        await this.#store.fetch(reference, signal)
      } finally {
        this.#arrived.delete(sha256)
        this.#heldUp.delete(sha256)
        this.#options.changed()
      }
    })
  }

  /** All is there that a pipeline reads of it: on a box with TensorRT its engine too. */
  isBuilt(reference: ModelReference): boolean {
    const { files } = this.#options
    const chosen = this.#switch.peek(reference)
    const model = chosen && this.get(chosen.sha256)
    return model ? files.isBuilt(model) : !files.builds || chosen === null
  }

  filesOf(model: StoredModel): StageFiles {
    return this.#options.files.filesOf(model)
  }

  /** Rejects with a PackageError or the signal's reason. `progress` says every minute how long it is at it. */
  async build(reference: ModelReference, progress: (words: string) => void, signal: AbortSignal): Promise<void> {
    // Instead of one that proved bad, the one that runs in its place.
    const chosen = this.#switch.peek(reference)
    const model = chosen && this.get(chosen.sha256)
    if (model) await this.#trying(chosen.sha256, signal, () => this.#options.files.build(model, progress, signal))
  }

  /** A line of the log of the pipeline that runs: nvinfer does not take every engine. */
  readLog(line: string): void {
    const news = buildNews(line)
    if (news?.what !== 'rebuilt' || this.#selected === null) return
    const { sha256 } = this.#selected
    this.#rebuilt.set(sha256, news.because)
    this.#options.log.warn(`the engine of ${this.get(sha256)?.name ?? sha256} is built again: ${news.because}`)
    this.#options.changed()
  }

  /** The model to run for a desired one, and in words why it is another; empty when it is not. */
  select(desired: Chosen): { model: (StoredModel & StageFiles) | null; instead: string } {
    const { model: chosen, rolledBack } = this.#switch.select(desired)
    const stored = chosen === null ? undefined : this.get(chosen.sha256)
    this.#rolledBack = rolledBack && { sha256: rolledBack.from.sha256, reason: rolledBack.reason }
    if (stored?.sha256 !== this.#selected?.sha256) {
      this.#selected = stored ? { sha256: stored.sha256, isRunning: false } : null
    }
    const model = stored ? { ...stored, ...this.filesOf(stored) } : null
    return { model, instead: rolledBack === null ? '' : insteadOf(rolledBack, chosen) }
  }

  /** In words, the models that are left out because a pipeline did not live with them; empty when there are none. */
  get leftOut(): string {
    return [...this.#companions.bad]
      .map(
        ([sha256, reason]) =>
          `Model ${this.#nameOf(sha256)} was rolled back. ${reason.replace(/\.?$/, '.')} Everything else runs without it; take it off this box, or assign its next version.`
      )
      .join(' ')
  }

  /** What runs beside the selected model, of what is there; throws where one is of the wrong kind. */
  selectBeside(desired: { secondaries: readonly WantedSecondary[]; compare: WantedCompare | null }) {
    const secondaries = this.#secondaries(desired.secondaries)
    const compared = this.#compared(desired.compare)
    const all = [...secondaries, ...(compared ? [compared] : [])].map(({ model }) => model.sha256)
    this.#beside = new Map(all.map((sha256) => [sha256, this.#beside.get(sha256) ?? false]))
    return { secondaries, compared }
  }

  /** Packages on the objects that the model finds, without those that proved bad. */
  #secondaries(desired: readonly WantedSecondary[]) {
    return desired.flatMap(({ model: { sha256 }, classes }) => {
      const model = this.#companion(sha256)
      if (!model) return []
      if (model.task !== 'classification') {
        throw new PackageError(
          'package',
          `expected a classifier to look at objects, received ${model.name} ${model.version}, which is for ${model.task}`
        )
      }
      return [{ model: { ...model, ...this.filesOf(model) }, classes }]
    })
  }

  /** The package to compare with; null when it proved bad, and as long as it is not there. */
  #compared(desired: WantedCompare | null) {
    const model = desired && this.#companion(desired.model.sha256)
    if (!model) return null
    if (model.task !== 'detection') {
      throw new PackageError(
        'package',
        `expected a detector to compare with, received ${model.name} ${model.version}, which is for ${model.task}`
      )
    }
    return { model: { ...model, ...this.filesOf(model) }, interval: desired.interval }
  }

  /** The stages of the pipeline that is wanted, and all models that the document names. */
  place(stages: readonly { id: number; config: string }[], { models }: Desired): void {
    this.#companions.keep(Object.values(models).map(({ sha256 }) => sha256))
    const placed = stages.flatMap(({ id, config }) => {
      const sha256 = this.#companionOf.get(config)
      return sha256 === undefined ? [] : [[id, sha256] as const]
    })
    this.#companions.place(new Map(placed))
  }

  /** Deletes what neither the document names nor a roll-back would need. */
  async collect({ models }: Desired): Promise<void> {
    const keep = Object.values(models).map(({ sha256 }) => sha256)
    if (this.#switch.good) keep.push(this.#switch.good.sha256)
    const kept = [...keep.map((sha256) => this.get(sha256)), ...this.#local.values()].filter((model) => !!model)
    const warn = (error: Error) => this.#options.log.warn(`old models could not be deleted: ${error.message}`)
    await this.#store.collect(keep).catch(warn)
    await this.#options.files.collect(kept).catch(warn)
    this.#kept = kept
  }

  /** What is kept of models that are not used, for the day that one comes back. */
  async spare(): Promise<SpareFolder[]> {
    // Before a document has been applied nobody knows what is used.
    return this.#kept === null ? [] : this.#options.files.spare(this.#kept)
  }

  /** The pipeline with the selected model runs. */
  running(): void {
    this.#tell(true)
    this.#companions.running()
    this.#switch.running()
  }

  /** The pipeline does not run, for whatever reason. */
  stopped(): void {
    this.#tell(false)
  }

  /** A fatal PipelineError. */
  failed(error: { code: string; element: string; message: string }): void {
    if (!this.#companions.failed(error)) this.#switch.failed(error)
  }

  /** The engine process ended and nobody asked for it. */
  fell(): void {
    if (!this.#companions.fell()) this.#switch.fell()
  }

  /** What the model that runs has seen since the last call. */
  seen(counts: Counts): void {
    this.#companions.tick()
    this.#switch.seen(counts)
  }

  #companion(sha256: string): StoredModel | undefined {
    const model = this.#companions.bad.has(sha256) ? undefined : this.get(sha256)
    if (model) this.#companionOf.set(this.filesOf(model).config, sha256)
    return model
  }

  #nameOf(sha256: string): string {
    const model = this.get(sha256)
    return model ? `${model.name} ${model.version}` : sha256
  }

  #tell(isRunning: boolean): void {
    if (this.#selected) this.#selected = { ...this.#selected, isRunning }
    this.#beside = new Map([...this.#beside.keys()].map((sha256) => [sha256, isRunning]))
  }

  /** What goes wrong with a model is kept until it is tried again. */
  async #trying(sha256: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    this.#failures.delete(sha256)
    try {
      await work()
    } catch (error) {
      if (!signal.aborted) this.#failures.set(sha256, (error as Error).message)
      this.#options.changed()
      throw error
    }
  }
}
