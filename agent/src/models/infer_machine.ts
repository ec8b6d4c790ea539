/** From what the host room has read of this machine to what nvinfer and TensorRT care for. Pure. */
import type { InferMachine } from './machine.ts'

/** The parts of the host room's Machine that count here. */
export interface MachineFacts {
  platform: { kind: InferMachine['platform']; soc: { family: string } | null; model: string | null }
  nvidia: { tensorrt: string | null }
  gpus: { name: string; computeCapability: string | null }[]
  deepstream: { isThere: boolean; fileVersion: string | null; linkVersion: string | null }
}

/** The release whose metadata each ABI class of our own elements has. */
const releases: Readonly<Record<string, string>> = { A0: '5.0', A: '5.0', B: '7.1', C: '8.0', D: '9.2' }

/** Null where the files of a package run as they are: no DeepStream, or one that the settings turn down. */
export function inferMachine(
  facts: MachineFacts,
  { family, gpu: gpuId }: { family: 'auto' | 'cpu' | 'deepstream'; gpu: number },
  environment: NodeJS.ProcessEnv
): InferMachine | null {
  if (family === 'cpu') return null
  // The test switch that registers our elements under NVIDIA's names.
  if (environment.VEDETTE_REGISTER_NV === '1' && family === 'deepstream') {
    const deepstream = releases[environment.VEDETTE_ABI_CLASS ?? 'D'] ?? releases.D!
    const gpu = { id: gpuId, name: 'ONNX Runtime', computeCapability: null }
    return { platform: 'none', deepstream, tensorrt: null, gpu, dlaCores: 0 }
  }
  const deepstream = facts.deepstream.fileVersion ?? facts.deepstream.linkVersion
  if (!facts.deepstream.isThere || deepstream === null) return null
  const gpu = facts.gpus[gpuId]
  return {
    platform: facts.platform.kind,
    deepstream,
    tensorrt: facts.nvidia.tensorrt,
    gpu: { id: gpuId, name: gpu?.name ?? 'unknown', computeCapability: gpu?.computeCapability ?? null },
    dlaCores: dlaCoresOf(facts)
  }
}

/** Xavier and Orin have two accelerators, but not Orin Nano; Thor has none. */
function dlaCoresOf({ platform }: MachineFacts): number {
  const { soc, model } = platform
  if (soc === null || !['Xavier', 'Orin'].includes(soc.family)) return 0
  return /Orin Nano/i.test(model ?? '') ? 0 : 2
}
