/** What a TensorRT engine is good for: any of these another, and it does not load or computes something else. Pure. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '@vedette/protocol'
import type { InferMachine, Precision } from './machine.ts'

export interface EngineKey {
  /** SHA-256 of model.onnx. */
  model: string
  gpu: string
  gpuId: number
  computeCapability: string | null
  tensorrt: string | null
  deepstream: string
  precision: Precision
  batchSize: number
  dlaCore: number | null
}

export function engineKey(
  model: string,
  machine: InferMachine,
  build: Pick<EngineKey, 'precision' | 'batchSize' | 'dlaCore'>
): EngineKey {
  const { gpu, tensorrt, deepstream } = machine
  return {
    model,
    gpu: gpu.name,
    gpuId: gpu.id,
    computeCapability: gpu.computeCapability,
    tensorrt,
    deepstream,
    ...build
  }
}

/** Short enough for a path, long enough never to meet another. */
export function digestOf(key: EngineKey): string {
  return createHash('sha256').update(canonicalJson(key)).digest('hex').slice(0, 32)
}
