/** The pipeline that all cameras share: what runs it, for how many, and in which space. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { PictureSize } from '@vedette/protocol'
import Type, { type Static } from 'typebox'
import { closed } from './closed.ts'

const Optional = Type.Optional

export const PipelineFile = Type.Object(
  {
    family: Optional(Type.Union([Type.Literal('auto'), Type.Literal('cpu'), Type.Literal('deepstream')])),
    maxSources: Optional(Type.Integer({ minimum: 1, maximum: 256 })),
    /** A box that is too slow analyses fewer frames, and says so. */
    adapt: Optional(Type.Boolean()),
    inferThreads: Optional(Type.Integer({ minimum: 1, maximum: 256 })),
    /** Number of the GPU that runs it all. */
    gpu: Optional(Type.Integer({ minimum: 0, maximum: 255 })),
    /** Of pictures on the GPU (`nvbuf-memory-type`). */
    memory: Optional(
      Type.Union([Type.Literal('default'), Type.Literal('pinned'), Type.Literal('device'), Type.Literal('unified')])
    ),
    width: Optional(PictureSize.properties.width),
    height: Optional(PictureSize.properties.height),
    /** A server, or a folder of models, in place of TensorRT engines of the box's own. */
    triton: Optional(
      Type.Union([
        Type.Object({ grpc: Type.String({ pattern: '^[^\\s/]+:\\d+$' }) }, closed),
        Type.Object({ repo: Type.String({ minLength: 1 }) }, closed)
      ])
    ),
    engineCacheBytes: Optional(Type.Integer({ minimum: 0 }))
  },
  closed
)
export type PipelineFile = Static<typeof PipelineFile>

export interface PipelineSettings {
  family: 'auto' | 'cpu' | 'deepstream'
  maxSources: number
  adapt: boolean
  inferThreads: number
  gpu: number
  memory: 'default' | 'pinned' | 'device' | 'unified'
  width: number
  height: number
  /** null: engines are built here. */
  triton: { grpc: string } | { repo: string } | null
  engineCacheBytes: number
}

/** Of the cores that this process may use, half infer unless told: decoding and the rest of the box have the others. */
export const DEFAULT_INFER_THREADS = Math.max(1, Math.floor(availableParallelism() / 2))

export function pipelineSettings({ triton, ...given }: PipelineFile = {}, directory: string): PipelineSettings {
  return {
    family: 'auto',
    maxSources: 16,
    adapt: true,
    inferThreads: DEFAULT_INFER_THREADS,
    gpu: 0,
    memory: 'default',
    width: 1280,
    height: 720,
    engineCacheBytes: 4 * 1024 ** 3,
    ...given,
    triton: tritonOf(triton, directory)
  }
}

function tritonOf(given: PipelineFile['triton'], directory: string): PipelineSettings['triton'] {
  if (given === undefined) return null
  return 'repo' in given ? { repo: resolve(directory, given.repo) } : given
}
