/** Packages that ONNX Runtime runs, with a configuration of the box's own in place of the package's. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calibrationFile, parseIni, writeIni } from '@vedette/model'
import type { ModelFiles, StageFiles } from './model_files.ts'
import { networkOf } from './network.ts'
import type { StoredModel } from './store.ts'

export interface TunedPackagesOptions {
  directory: string
  /** Frames in one inference; null: as the package says. */
  detectorBatch: number | null
}

/** Keys of files that lie beside the model, by the name that they have there. */
const FILES: Readonly<Record<string, string>> = {
  'onnx-file': 'model.onnx',
  'labelfile-path': 'labels.txt',
  'int8-calib-file': calibrationFile
}

export class TunedPackages implements ModelFiles {
  readonly builds = true
  readonly building = new Map<string, never>()
  readonly #options: TunedPackagesOptions
  readonly #written = new Set<string>()

  constructor(options: TunedPackagesOptions) {
    this.#options = options
  }

  async start(models: Iterable<StoredModel>): Promise<void> {
    for (const model of models) await this.build(model)
  }

  isBuilt({ sha256 }: StoredModel): boolean {
    return this.#written.has(sha256)
  }

  async build(model: StoredModel): Promise<void> {
    const ini = parseIni(model.nvinfer)
    const property = ini.get('property') ?? new Map<string, string>()
    for (const [key, name] of Object.entries(FILES)) {
      const given = property.get(key)
      if (given !== undefined) property.set(key, join(model.folder, given))
      else if (key !== 'int8-calib-file' && existsSync(join(model.folder, name)))
        property.set(key, join(model.folder, name))
    }
    await mkdir(this.#options.directory, { recursive: true })
    await writeFile(this.filesOf(model).config, writeIni(new Map([...ini, ['property', property]])))
    this.#written.add(model.sha256)
  }

  filesOf(model: StoredModel): StageFiles {
    const { directory, detectorBatch } = this.#options
    return {
      element: 'infer',
      config: join(directory, fileOf(model)),
      batchSize: model.task === 'detection' ? (detectorBatch ?? 0) : 0,
      network: networkOf(model),
      engineFile: null
    }
  }

  async collect(keep: readonly StoredModel[]): Promise<void> {
    const kept = keep.map(fileOf)
    for (const name of await readdir(this.#options.directory).catch(() => []))
      if (!kept.includes(name)) await rm(join(this.#options.directory, name))
  }

  spare(): Promise<never[]> {
    return Promise.resolve([])
  }
}

/** Of a local package the hash is of its place, and may be short of hexadecimal. */
function fileOf({ onnxSha256, sha256 }: StoredModel): string {
  return `nvinfer-${onnxSha256.slice(0, 12)}-${sha256.replace(/[^0-9a-z]/gi, '').slice(-12)}.txt`
}
