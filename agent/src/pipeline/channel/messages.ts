/** What agent and engine say to each other over the channel. JSON for control; frames and pictures are raw. */
import type { Capabilities, PipelineError } from '@vedette/native'
import type { Id } from '@vedette/protocol'
import type { EngineConfig } from './engine_config.ts'
import type { StageSwap } from './model_swap.ts'
import type { CameraChange, EngineStats } from './status.ts'

/** RGB is of what is analysed; JPEG of the better stream, for people. */
export type TapFormat = 'JPEG' | 'RGB'

export type ToEngine =
  | { say: 'configure'; config: EngineConfig }
  /** Other models into the stages of the pipeline that runs, then the rest of the configuration. */
  | { say: 'swap'; config: EngineConfig; swaps: StageSwap[] }
  | { say: 'tap'; tap: number; camera: Id; width: number; maxFps: number; format: TapFormat }
  | { say: 'untap'; tap: number }
  | { say: 'snapshot'; request: number; camera: Id; width: number | null; limitMs: number }
  | { say: 'stop' }

export type FromEngine =
  | { say: 'ready'; capabilities: Capabilities }
  | { say: 'running'; model: string | null }
  /** Null: the models are in their places. */
  | { say: 'swapped'; failure: string | null }
  | { say: 'heartbeat' }
  | { say: 'camera'; change: CameraChange }
  | { say: 'stats'; stats: EngineStats }
  | { say: 'error'; error: PipelineError }
  /** The pipeline as Graphviz text, some seconds after something changed in it, and when it fails. */
  | { say: 'graph'; dot: string }
  | { say: 'snapshot-failed'; request: number; message: string }
