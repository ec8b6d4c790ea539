/**
 * Model packages on this box's disk, by the SHA-256 of their archive. A folder under `packages/` is whole and verified,
 * because it got its name last; what is still arriving lies under `staged/`. Needs no network for what it has.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { calibrationFile, checkContents, parseManifest, readArchive, type Task } from '@vedette/model'
import type { ModelReference } from '@vedette/protocol'
import { syncFolder } from '../durable_file.ts'
import { download, sizeOf } from './download.ts'
import { PackageError } from './package_error.ts'

export interface StoredModel {
  sha256: string
  name: string
  version: string
  task: Task
  labels: string[]
  /** Where its files lie. */
  folder: string
  /** SHA-256 of model.onnx. */
  onnxSha256: string
  /** Text of nvinfer.txt. */
  nvinfer: string
  hasCalibration: boolean
}

export interface ModelStoreOptions {
  /** Folder of the store; made when it is not there. */
  directory: string
  /** Where the console answers, without the trailing slash; null for a box without one. */
  console: { url: string; box: string; secret: string; caFile: string | null } | null
  /** Folders of packages that the settings name, for a box without a console. */
  local?: string[]
  progress(sha256: string, bytesDone: number, bytesTotal: number): void
  retrying(sha256: string, message: string): void
  backoffMs?: { first: number; longest: number }
}

export class ModelStore {
  readonly #options: ModelStoreOptions
  readonly #models = new Map<string, StoredModel>()

  constructor(options: ModelStoreOptions) {
    this.#options = options
  }

  /** Reads what is there. A package that does not read is left out; it would be downloaded again. */
  async start(): Promise<void> {
    await mkdir(this.#folder('packages'), { recursive: true })
    await mkdir(this.#folder('staged'), { recursive: true })
    for (const sha256 of await readdir(this.#folder('packages'))) {
      const model = await readModel(this.#folder('packages', sha256), sha256).catch(() => null)
      if (model) this.#models.set(sha256, model)
      else await rm(this.#folder('packages', sha256), { recursive: true, force: true })
    }
    for (const path of this.#options.local ?? []) {
      const model = await readModel(path, `local:${path}`)
      this.#models.set(model.sha256, model)
    }
  }

  get(sha256: string): StoredModel | undefined {
    return this.#models.get(sha256)
  }

  get all(): StoredModel[] {
    return [...this.#models.values()]
  }

  /** The packages of the settings' `models`, in their order. */
  get local(): StoredModel[] {
    return [...this.#models.values()].filter((model) => model.sha256.startsWith('local:'))
  }

  /** Downloads, verifies and unpacks, unless it is there. Rejects with a PackageError or the signal's reason. */
  async fetch(reference: ModelReference, signal: AbortSignal): Promise<StoredModel> {
    const { sha256, bytes, name, version } = reference
    const there = this.#models.get(sha256)
    if (there) return there
    const { console } = this.#options
    if (!console) {
      throw new PackageError(
        'missing',
        `expected ${name} ${version} on this box, which has no console to ask; add its folder to "models" in the settings`
      )
    }
    const file = this.#folder('staged', sha256)
    await download({
      url: `${console.url}/packages/${sha256}`,
      authorization: `Basic ${Buffer.from(`${console.box}:${console.secret}`).toString('base64')}`,
      caFile: console.caFile,
      file,
      sha256,
      bytes,
      signal,
      progress: (done) => this.#options.progress(sha256, done, bytes),
      retrying: (message) => this.#options.retrying(sha256, message),
      ...(this.#options.backoffMs ? { backoffMs: this.#options.backoffMs } : {})
    })
    const model = await this.#unpack(file, sha256)
    this.#models.set(sha256, model)
    return model
  }

  /** Bytes of a package that have arrived. */
  arrived(sha256: string): Promise<number> {
    return sizeOf(this.#folder('staged', sha256))
  }

  /** Deletes every package and every half-arrived file that is not named. Local packages are never touched. */
  async collect(keep: Iterable<string>): Promise<void> {
    const kept = new Set(keep)
    for (const folder of ['packages', 'staged']) {
      for (const entry of await readdir(this.#folder(folder))) {
        if (kept.has(entry)) continue
        this.#models.delete(entry)
        await rm(this.#folder(folder, entry), { recursive: true, force: true })
      }
    }
  }

  async #unpack(file: string, sha256: string): Promise<StoredModel> {
    const staged = `${file}.unpacked`
    await rm(staged, { recursive: true, force: true })
    try {
      const { manifest, contents } = readArchive(await readFile(file))
      await checkContents(parseManifest(manifest), contents)
      await mkdir(staged)
      await writeSynced(join(staged, 'model.yaml'), manifest)
      for (const [name, bytes] of Object.entries(contents)) await writeSynced(join(staged, name), bytes)
      await syncFolder(staged)
      await rename(staged, this.#folder('packages', sha256))
      await syncFolder(this.#folder('packages'))
      await rm(file, { force: true })
      return await readModel(this.#folder('packages', sha256), sha256)
    } catch (error) {
      await rm(staged, { recursive: true, force: true })
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
        throw new PackageError('disk-full', `no space left on the disk to unpack package ${sha256}; free some`)
      }
      await rm(file, { force: true })
      throw new PackageError('package', error instanceof Error ? error.message : String(error))
    }
  }

  #folder(...parts: string[]): string {
    return join(this.#options.directory, ...parts)
  }
}

async function readModel(folder: string, sha256: string): Promise<StoredModel> {
  const { name, version, task, labels, files } = parseManifest(await readFile(join(folder, 'model.yaml'), 'utf8'))
  return {
    ...{ sha256, name, version, task, labels, folder },
    onnxSha256: files['model.onnx'].sha256,
    nvinfer: await readFile(join(folder, 'nvinfer.txt'), 'utf8'),
    hasCalibration: files[calibrationFile] !== undefined
  }
}

async function writeSynced(path: string, bytes: string | Uint8Array): Promise<void> {
  const out = await open(path, 'w', 0o644)
  try {
    await out.writeFile(bytes)
    await out.sync()
  } finally {
    await out.close()
  }
}
