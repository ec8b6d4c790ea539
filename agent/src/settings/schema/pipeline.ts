/** The pipeline that all cameras share: what runs it, for how many, and in which space. */
import { availableParallelism } from 'node:os'
import { PictureSize } from '@vedette/protocol'
import Type, { type Static } from 'typebox'
import { closed } from './closed.ts'
import { FilePath } from './file_path.ts'

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
    /** Processors that the engine may use, by number; absent: all. */
    cpuAffinity: Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 4095 }), { minItems: 1, maxItems: 4096 })),
    /** Frames in one batch; absent: one of each camera that can be present. */
    batchSize: Optional(Type.Integer({ minimum: 1, maximum: 256 })),
    /** A batch that is not full leaves after so long; absent: as the frame rate of the cameras asks. */
    batchTimeoutMs: Optional(Type.Number({ minimum: 0.001, maximum: 60_000 })),
    /** Frames a second of each camera that are analysed at most, whatever the camera's own settings say; 0 = all. */
    maxFps: Optional(Type.Number({ minimum: 0, maximum: 120 })),
    /** Batches that the mux keeps memory for (`buffer-pool-size`). */
    bufferPoolSize: Optional(Type.Integer({ minimum: 4, maximum: 1024 })),
    /** Pictures that a hardware decoder keeps beyond what the stream needs (`num-extra-surfaces`). */
    extraSurfaces: Optional(Type.Integer({ minimum: 0, maximum: 24 })),
    /** Of GStreamer, as GST_DEBUG has it: 3, or nvinfer:5,rtspsrc:4. */
    gstDebug: Optional(Type.String({ minLength: 1, maxLength: 1000 })),
    width: Optional(PictureSize.properties.width),
    height: Optional(PictureSize.properties.height),
    /** A server, or a folder of models, in place of TensorRT engines of the box's own. */
    triton: Optional(
      Type.Union([
        Type.Object({ grpc: Type.String({ pattern: '^[^\\s/]+:\\d+$' }) }, closed),
        Type.Object({ repo: FilePath }, closed)
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
  /** null: all. */
  cpuAffinity: number[] | null
  /** null: maxSources. */
  batchSize: number | null
  /** null: as the frame rate of the cameras asks. */
  batchTimeoutMs: number | null
  maxFps: number
  /** null: the element's own. */
  bufferPoolSize: number | null
  extraSurfaces: number
  /** null: as the environment says. */
  gstDebug: string | null
  width: number
  height: number
  /** null: engines are built here. */
  triton: { grpc: string } | { repo: string } | null
  engineCacheBytes: number
}

/** Of the cores that this process may use, half infer unless told: decoding and the rest of the box have the others. */
export const DEFAULT_INFER_THREADS = Math.max(1, Math.floor(availableParallelism() / 2))

export function pipelineSettings(given: PipelineFile = {}): PipelineSettings {
  return {
    family: 'auto',
    maxSources: 16,
    adapt: true,
    inferThreads: DEFAULT_INFER_THREADS,
    gpu: 0,
    memory: 'default',
    cpuAffinity: null,
    batchSize: null,
    batchTimeoutMs: null,
    maxFps: 0,
    bufferPoolSize: null,
    extraSurfaces: 4,
    gstDebug: null,
    width: 1280,
    height: 720,
    engineCacheBytes: 4 * 1024 ** 3,
    triton: null,
    ...given
  }
}
