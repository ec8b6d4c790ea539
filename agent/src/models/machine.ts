/** A machine with DeepStream, as far as nvinfer and TensorRT care. Pure. */
import type { Task } from '@vedette/model'

export interface InferMachine {
  platform: 'jetson' | 'sbsa' | 'dgpu' | 'none'
  /** Such as 7.1. */
  deepstream: string
  tensorrt: string | null
  gpu: { id: number; name: string; computeCapability: string | null }
  /** Deep learning accelerators: some Jetsons have two, Orin Nano and Thor none. */
  dlaCores: number
}

/** A machine, and what of a box decides the files that its inference reads. */
export interface InferBox {
  machine: InferMachine
  /** Folder of our parser libraries. */
  parsers: string
  /** Pictures in the largest batch: frames for a detector. */
  detectorBatch: number
}

/** Objects in one inference of a classifier. */
const CLASSIFIER_BATCH = 16

export function batchSizeFor(task: Task, { detectorBatch }: InferBox): number {
  return task === 'detection' ? detectorBatch : CLASSIFIER_BATCH
}

export type Precision = 'fp32' | 'fp16' | 'int8'

/** `network-mode` of nvinfer. */
export const networkModes: Readonly<Record<Precision, number>> = { fp32: 0, int8: 1, fp16: 2 }

/**
 * What the GPU computes fast, best last: TensorRT's support matrix by compute capability. A GPU that does not tell gets
 * what every one has had since Volta.
 */
export function precisionsOf({ gpu }: Pick<InferMachine, 'gpu'>): Precision[] {
  const [major = 7, minor = 0] = (gpu.computeCapability ?? '7.0').split('.').map(Number)
  const hasFp16 = major >= 7 || ['5.3', '6.0', '6.2'].includes(`${major}.${minor}`)
  const hasInt8 = major >= 7 || (major === 6 && minor === 1)
  return ['fp32', ...(hasFp16 ? (['fp16'] as const) : []), ...(hasInt8 ? (['int8'] as const) : [])]
}

/** A custom parser fills a vector of objects whose size grew with DeepStream 9.0, by the angle of oriented boxes. */
export function parserLibraryFor(deepstream: string): string {
  return isAtLeast(deepstream, '9.0') ? 'libvedette_parsers_9.so' : 'libvedette_parsers.so'
}

/** Compares releases by their numbers: 10.0 is later than 9.2. */
export function isAtLeast(version: string, release: string): boolean {
  const [a, b] = [version, release].map((text) => text.split('.').map(Number))
  for (let i = 0; i < b!.length; i++) {
    const [x, y] = [a![i] ?? 0, b![i]!]
    if (x !== y) return x > y
  }
  return true
}
