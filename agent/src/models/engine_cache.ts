/**
 * A folder for each engine of this box, named by the digest of all that the engine depends on: the model, the file that
 * nvinfer reads, and the engine that nvinfer has written beside them. Nothing in it is lost that could not be built again.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { copyFile, link, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { calibrationFile } from '@vedette/model'
import { writeDurably } from '../durable_file.ts'
import { digestOf, type EngineKey, engineKey } from './engine_key.ts'
import { batchSizeFor, type InferBox, type InferMachine } from './machine.ts'
import type { SpareFolder } from './model_files.ts'
import { type BoxConfigInput, boxConfig, dlaCoreFor, engineFile, precisionFor } from './nvinfer_config.ts'
import type { StoredModel } from './store.ts'

export interface EngineCacheOptions extends InferBox {
  directory: string
  /** All entries together; beyond it the oldest go first. */
  limitBytes: number
}

/** Of one package on this box. */
export interface CacheEntry {
  folder: string
  key: EngineKey
  /** What nvinfer reads. */
  config: string
  /** What nvinfer looks for. */
  engine: string
  /** What is remembered of builds of this package that failed. */
  failed: string
}

export interface BuildFailure {
  reason: string
  times: number
}

/** Beside an engine that was built to its end; a file that was cut off by a power cut has another size. */
const MARK = 'built.json'
const FAILED = 'failed-'

export class EngineCache {
  readonly #options: EngineCacheOptions

  constructor(options: EngineCacheOptions) {
    this.#options = options
  }

  get machine(): InferMachine {
    return this.#options.machine
  }

  entryOf(model: StoredModel): CacheEntry {
    const input = this.#input(model)
    const { machine, precision, dlaCore, batchSize } = input
    const key = engineKey(model.onnxSha256, machine, { precision, batchSize, dlaCore })
    const folder = join(this.#options.directory, digestOf(key))
    // Thresholds and labels are no part of an engine: packages that differ only in these share it.
    const config = join(folder, `nvinfer-${model.sha256.slice(0, 12)}.txt`)
    const engine = engineFile({ ...input, files: this.#files(folder, model) })
    return { folder, key, config, engine, failed: join(folder, failedName(model)) }
  }

  isBuilt(entry: CacheEntry): boolean {
    try {
      const { bytes } = JSON.parse(readFileSync(join(entry.folder, MARK), 'utf8')) as { bytes: unknown }
      return statSync(entry.engine).size === bytes
    } catch {
      return false
    }
  }

  /** All that nvinfer reads of this package. An engine that was not built to its end is deleted. */
  async prepare(model: StoredModel): Promise<CacheEntry> {
    const entry = this.entryOf(model)
    const files = this.#files(entry.folder, model)
    await mkdir(entry.folder, { recursive: true })
    await writeFile(join(entry.folder, 'key.json'), `${JSON.stringify(entry.key, null, 2)}\n`)
    // The key says which bytes it is, and nvinfer may be reading them.
    if (!existsSync(files.onnx)) await place(join(model.folder, 'model.onnx'), files.onnx)
    await copyFile(join(model.folder, 'labels.txt'), files.labels)
    if (files.calibration !== null) await copyFile(join(model.folder, calibrationFile), files.calibration)
    await writeFile(entry.config, boxConfig({ ...this.#input(model), files }))
    if (!this.isBuilt(entry)) await rm(entry.engine, { force: true })
    return entry
  }

  /**
   * After a build: the engine lies where nvinfer looks for it. It may have another name, such as that of a precision
   * which nvinfer fell back to. Throws when there is none.
   */
  async settle(entry: CacheEntry): Promise<{ renamedFrom: string | null }> {
    const found = existsSync(entry.engine) ? basename(entry.engine) : await newestEngine(entry.folder)
    if (found === null) {
      throw new Error(
        `expected an engine at ${entry.engine} after the build, found none: is the folder writable and the disk not full?`
      )
    }
    const renamedFrom = found === basename(entry.engine) ? null : found
    if (renamedFrom !== null) await rename(join(entry.folder, renamedFrom), entry.engine)
    const { size } = await stat(entry.engine)
    await writeDurably(join(entry.folder, MARK), JSON.stringify({ bytes: size }))
    await rm(entry.failed, { force: true })
    return { renamedFrom }
  }

  failureOf({ failed }: CacheEntry): BuildFailure | null {
    try {
      const { reason, times } = JSON.parse(readFileSync(failed, 'utf8')) as Partial<BuildFailure>
      return typeof reason === 'string' && typeof times === 'number' ? { reason, times } : null
    } catch {
      return null
    }
  }

  async noteFailure(entry: CacheEntry, reason: string): Promise<void> {
    const times = (this.failureOf(entry)?.times ?? 0) + 1
    await writeDurably(entry.failed, JSON.stringify({ reason, times } satisfies BuildFailure))
  }

  /** Forgets failures of packages that nobody wants now, and deletes what is of no use any more: never an entry of `keep`; of the others the oldest, until all fit. */
  async collect(keep: readonly StoredModel[]): Promise<void> {
    const kept = new Set(keep.map((model) => basename(this.entryOf(model).folder)))
    const names = await readdir(this.#options.directory).catch(() => [])
    const entries = await Promise.all(names.map((name) => measure(join(this.#options.directory, name), name)))
    const failures = new Set(keep.map(failedName))
    for (const { name, files } of entries)
      for (const file of files)
        if (file.startsWith(FAILED) && !failures.has(file))
          await rm(join(this.#options.directory, name, file), { force: true })
    let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
    for (const entry of entries.toSorted((a, b) => a.madeMs - b.madeMs)) {
      if (bytes <= this.#options.limitBytes) return
      if (kept.has(entry.name)) continue
      await rm(join(this.#options.directory, entry.name), { recursive: true, force: true })
      bytes -= entry.bytes
    }
  }

  /** Entries of packages that are not among `keep`. */
  async spare(keep: readonly StoredModel[]): Promise<SpareFolder[]> {
    const kept = new Set(keep.map((model) => basename(this.entryOf(model).folder)))
    const names = (await readdir(this.#options.directory).catch(() => [])).filter((name) => !kept.has(name))
    return Promise.all(
      names.map(async (name) => {
        const folder = join(this.#options.directory, name)
        const { bytes, madeMs } = await measure(folder, name)
        return { bytes, madeMs, remove: () => rm(folder, { recursive: true, force: true }) }
      })
    )
  }

  #input(model: StoredModel): Omit<BoxConfigInput, 'files'> {
    const { machine, parsers } = this.#options
    const { nvinfer, task } = model
    const precision = precisionFor(nvinfer, machine, model.hasCalibration)
    return {
      ...{ nvinfer, task, machine, precision, parsers },
      batchSize: batchSizeFor(task, this.#options),
      dlaCore: dlaCoreFor(nvinfer, machine, precision)
    }
  }

  #files(folder: string, model: StoredModel): BoxConfigInput['files'] {
    return {
      onnx: join(folder, 'model.onnx'),
      labels: join(folder, `labels-${model.sha256.slice(0, 12)}.txt`),
      calibration: model.hasCalibration ? join(folder, calibrationFile) : null
    }
  }
}

/** A second name for the same bytes where the disk can, else a copy; whole or not at all. */
async function place(from: string, to: string): Promise<void> {
  await rm(`${to}.new`, { force: true })
  await link(from, `${to}.new`).catch(() => copyFile(from, `${to}.new`))
  await rename(`${to}.new`, to)
}

async function newestEngine(folder: string): Promise<string | null> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.engine'))
  const ages = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })))
  return ages.toSorted((a, b) => b.at - a.at)[0]?.name ?? null
}

function failedName({ sha256 }: StoredModel): string {
  return `${FAILED}${sha256.slice(0, 12)}.json`
}

async function measure(folder: string, name: string) {
  const files = await readdir(folder)
  const stats = await Promise.all(files.map((file) => stat(join(folder, file))))
  const bytes = stats.reduce((sum, file) => sum + file.size, 0)
  return { name, files, bytes, madeMs: Math.max(0, ...stats.map((file) => file.ctimeMs)) }
}
