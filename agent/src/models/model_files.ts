/**
 * What a pipeline of this box reads of a package: the package's own files, files for nvinfer with a TensorRT engine
 * beside them, or a configuration for a Triton server.
 */
import type { StoredModel } from './store.ts'

export interface StageFiles {
  element: 'infer' | 'inferserver'
  /** What the element reads. */
  config: string
  /** Pictures in the largest batch; 0: as the config says. */
  batchSize: number
  /** Equal for models of which one can take the other's place in a stage that runs; null: it cannot. */
  network: string | null
  /** The engine to load in place of the running one; null: its config is told. */
  engineFile: string | null
}

/** What could be made again. */
export interface SpareFolder {
  bytes: number
  /** Milliseconds since 1970. */
  madeMs: number
  remove(): Promise<void>
}

export interface Building {
  sinceMs: number
  /** What is being built, and how far it is. */
  words: string
}

export interface ModelFiles {
  /** A package that arrives cannot run before `build`. */
  readonly builds: boolean
  /** By the package's SHA-256. */
  readonly building: ReadonlyMap<string, Building>
  /** The packages that are on the disk. */
  start(models: Iterable<StoredModel>): Promise<void>
  /** All is there that a pipeline reads. */
  isBuilt(model: StoredModel): boolean
  /** Rejects with a PackageError or the signal's reason. `progress` says every minute how long it is at it. */
  build(model: StoredModel, progress: (words: string) => void, signal: AbortSignal): Promise<void>
  /** Of a model that is built. */
  filesOf(model: StoredModel): StageFiles
  /** Deletes what belongs to no model of these, and takes room that is needed. */
  collect(keep: readonly StoredModel[]): Promise<void>
  /** What of the rest is still kept, for a model that comes back. */
  spare(keep: readonly StoredModel[]): Promise<SpareFolder[]>
}
