/** Configurations of nvinferserver, for models that a Triton server runs. The server has the models; nothing is built. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectOnnx } from '@vedette/model'
import { batchSizeFor, type InferBox, parserLibraryFor } from './machine.ts'
import type { ModelFiles, StageFiles } from './model_files.ts'
import { PackageError } from './package_error.ts'
import type { StoredModel } from './store.ts'
import { runsOnTriton, type Triton, tritonConfig } from './triton_config.ts'

export interface TritonFilesOptions extends InferBox {
  directory: string
  triton: Triton
}

export class TritonFiles implements ModelFiles {
  readonly builds = true
  readonly building = new Map<string, never>()
  readonly #options: TritonFilesOptions
  readonly #written = new Set<string>()

  constructor(options: TritonFilesOptions) {
    this.#options = options
  }

  async start(models: Iterable<StoredModel>): Promise<void> {
    for (const model of models) if (runsOnTriton(model.nvinfer)) await this.build(model)
  }

  isBuilt({ sha256 }: StoredModel): boolean {
    return this.#written.has(sha256)
  }

  async build(model: StoredModel): Promise<void> {
    if (!runsOnTriton(model.nvinfer)) {
      throw new PackageError(
        'package',
        `model ${model.name} finds masks, which nvinferserver does not: assign a detector of boxes, or leave pipeline.triton out of this box's settings`
      )
    }
    const { directory, triton, machine, parsers } = this.#options
    const { config, batchSize } = this.filesOf(model)
    const onnx = inspectOnnx(await readFile(join(model.folder, 'model.onnx')))
    const text = tritonConfig({
      ...{ nvinfer: model.nvinfer, task: model.task, triton, model: model.name, batchSize },
      tensor: onnx.inputs[0]?.name ?? '',
      id: model.task === 'detection' ? 1 : 2,
      gpu: machine.gpu.id,
      labels: join(model.folder, 'labels.txt'),
      parsers: join(parsers, parserLibraryFor(machine.deepstream))
    })
    await mkdir(directory, { recursive: true })
    await writeFile(config, text)
    this.#written.add(model.sha256)
  }

  /** nvinferserver takes no other model while it runs: the server changes versions by itself. */
  filesOf({ sha256, task }: StoredModel): StageFiles {
    return {
      element: 'inferserver',
      config: join(this.#options.directory, fileOf(sha256)),
      batchSize: batchSizeFor(task, this.#options),
      network: null,
      engineFile: null
    }
  }

  async collect(keep: readonly StoredModel[]): Promise<void> {
    const kept = keep.map(({ sha256 }) => fileOf(sha256))
    for (const name of await readdir(this.#options.directory).catch(() => []))
      if (!kept.includes(name)) await rm(join(this.#options.directory, name))
  }

  spare(): Promise<never[]> {
    return Promise.resolve([])
  }
}

function fileOf(sha256: string): string {
  return `nvinferserver-${sha256.slice(0, 12)}.txt`
}
