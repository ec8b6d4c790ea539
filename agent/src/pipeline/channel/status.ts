/** What the engine tells the agent. Times are milliseconds since 1970. */
import type { Capabilities, Comparison, PipelineError, SourceStats, StageStats } from '@vedette/native'
import type { CameraState, Id, Reported } from '@vedette/protocol'

export interface CameraStatus {
  camera: Id
  state: CameraState
  since: number
  /** In words: what is wrong and what to do. Empty when all is well. */
  reason: string
  nextTryAt: number | null
  codec?: string
  width?: number
  height?: number
}

export interface CameraChange extends CameraStatus {
  was: CameraState
}

export type EngineState = Reported['engine']['state']

export interface EngineStatus {
  state: EngineState
  since: number
  reason: string
  /** Restarts that nobody asked for, since the agent began. */
  restarts: number
  pid: number | null
}

export interface CameraStats extends SourceStats {
  /** How long its connection waits for late packets; null where there is no such buffer. */
  jitterBufferMs: number | null
}

export interface EngineStats {
  uptimeMs: number
  inferMs: number
  batches: number
  /** In the order of the stages. */
  stages: StageStats[]
  /** Of the model that is compared; null without one. */
  comparison: Comparison | null
  rssBytes: number
  /** Frame entries thrown away in the engine and on the channel since the engine process began. */
  framesDropped: number
  cameras: Record<Id, CameraStats>
}

/** Packed frames (protocol/frames.proto): entry i is bytes[offsets[i] … offsets[i + 1]], of catalog index cameras[i]. */
export interface EngineFrames {
  bytes: Buffer
  offsets: Uint32Array
  cameras: Uint32Array
  objects: Uint32Array
  ptsNs: BigUint64Array
}

export interface Preview {
  camera: Id
  width: number
  height: number
  ptsNs: bigint
  /** Microseconds since 1970. */
  capturedUs: number
  jpeg: Buffer
}

/** The engine process ended and nobody asked for it. */
export interface EngineFall {
  reason: string
  /** Of the pipeline in charge, since the agent began. */
  restarts: number
  /** It was the next pipeline, built beside the one in charge, which goes on. */
  isBeside: boolean
  /** As in EnginePipeline. */
  model: string | null
  error: PipelineError | null
  /** As it was last drawn, as Graphviz text. */
  graph: string | null
}

/** One pipeline took the place of another. */
export interface PipelineSwitch {
  /** As in EnginePipeline. */
  model: string | null
  /** Beside the old one, or after it had ended. */
  wasBeside: boolean
  /** By catalog index: capture time between the last frame of the old and the first of the new, milliseconds. */
  gapsMs: ReadonlyMap<number, number>
  /** Cameras, by catalog index, that had frames before and have had none since. */
  missing: readonly number[]
}

/** The box gives something up because it is too slow, or takes it back. */
export interface Adaptation {
  everyNth: number
  /** Frames a second of each camera at most; null: as many as were asked for. */
  maxFps: number | null
  /** Empty when it gives nothing up any more. */
  words: string
}

export interface EngineHandlers {
  camera(change: CameraChange): void
  stats(stats: EngineStats): void
  frames(frames: EngineFrames): void
  state(status: EngineStatus): void
  fell(fall: EngineFall): void
  /** Told when each camera has frames again, or after a while without. */
  switched(change: PipelineSwitch): void
  adapted(change: Adaptation): void
  /** The pipeline failed as a whole, or warned. A fatal one is followed by a restart with backoff. */
  error(error: PipelineError): void
  /** The pipeline of `model` (as in EnginePipeline) runs, and frames are its own. */
  running(model: string | null): void
  capabilities(capabilities: Capabilities): void
}
