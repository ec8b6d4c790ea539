/** What of the models' own packages this box decides otherwise, for all its cameras. */

import { Fraction } from '@vedette/protocol'
import Type, { type Static } from 'typebox'
import { closed } from './closed.ts'
import { isModel, StrategiesFile, type StrategySettings, strategySettings } from './strategies.ts'

const Optional = Type.Optional

export const DetectionFile = Type.Object(
  {
    /** Objects below are none (`pre-cluster-threshold`). */
    confidence: Optional(Fraction),
    /** Boxes of one class that overlap more are one object (`nms-iou-threshold`). */
    nmsIou: Optional(Fraction),
    /** Of a class in one frame (`topk`). */
    maxObjects: Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    /** Of TensorRT (`network-mode`); what the GPU does not compute becomes the next better one. */
    precision: Optional(Type.Union([Type.Literal('fp32'), Type.Literal('fp16'), Type.Literal('int8')])),
    /** Frames in one inference; a larger batch of the mux takes several. */
    maxBatch: Optional(Type.Integer({ minimum: 1, maximum: 256 })),
    /** Who looks at frames beside the models. */
    strategies: Optional(StrategiesFile)
  },
  closed
)
export type DetectionFile = Static<typeof DetectionFile>

/** null: as the package says. */
export interface DetectionSettings {
  confidence: number | null
  nmsIou: number | null
  maxObjects: number | null
  precision: 'fp32' | 'fp16' | 'int8' | null
  /** null: as many as the mux gives. */
  maxBatch: number | null
  /** Those that are on and look at frames themselves. */
  strategies: StrategySettings[]
}

/** Throws a ProtocolError with the path of a strategy that cannot be. */
export function detectionSettings({ strategies, ...given }: DetectionFile = {}): DetectionSettings {
  return {
    ...{ confidence: thresholdOf(strategies), nmsIou: null, maxObjects: null, precision: null, maxBatch: null },
    ...given,
    strategies: strategySettings(strategies)
  }
}

/** The model is the strategies `yolo` and `onnx`: what they are told holds for it. */
function thresholdOf(strategies: StrategiesFile = []): number | null {
  const told = strategies.find(({ enabled, ...file }) => enabled !== false && isModel(file))?.config?.threshold
  return typeof told === 'number' ? told : null
}
