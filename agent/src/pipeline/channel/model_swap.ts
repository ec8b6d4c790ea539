/** Which stages take another model while the pipeline runs, when that is all that differs. Pure. */
import { isDeepStrictEqual } from 'node:util'
import type { EngineConfig, EnginePipeline } from './engine_config.ts'

export interface StageSwap {
  stage: number
  update: { engineFile: string } | { config: string }
}

/** Null when a stage wants another network, or something else differs that only another pipeline can have. */
export function swapsBetween(
  { pipeline: before }: EngineConfig,
  { pipeline: after }: EngineConfig
): StageSwap[] | null {
  if (!isDeepStrictEqual(shapeOf(before), shapeOf(after))) return null
  const swaps: StageSwap[] = []
  for (const [i, { id, config }] of after.stages.entries()) {
    if (config === before.stages[i]!.config) continue
    const { network, engineFile } = after.networks?.[i] ?? { network: null, engineFile: null }
    if (network === null || network !== before.networks?.[i]?.network) return null
    swaps.push({ stage: id, update: engineFile === null ? { config } : { engineFile } })
  }
  return swaps.length === 0 ? null : swaps
}

/** All of a pipeline but which weights are in it. */
function shapeOf({ model: _, networks: __, stages, ...rest }: EnginePipeline) {
  return { ...rest, stages: stages.map(({ config: _, ...stage }) => stage) }
}
