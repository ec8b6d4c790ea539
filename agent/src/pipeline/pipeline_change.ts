/** What it costs to go from one configuration to another: a table with a row for each of its keys. Pure. */
import { isDeepStrictEqual } from 'node:util'
import type { EngineConfig, EnginePipeline } from './channel/engine_config.ts'

/** live: told to the pipeline that runs, other cameras miss nothing. pipeline: another one is built, beside it if it fits. */
export type Cost = 'nothing' | 'live' | 'pipeline'

const PIPELINE_COSTS: Record<keyof EnginePipeline, Cost> = {
  family: 'pipeline',
  gpu: 'pipeline',
  memory: 'pipeline',
  extraSurfaces: 'pipeline',
  bufferPoolSize: 'pipeline',
  batchSize: 'pipeline',
  maxSources: 'pipeline',
  batchedPushTimeoutUs: 'pipeline',
  pushTimeoutIsFixed: 'pipeline',
  width: 'pipeline',
  height: 'pipeline',
  stages: 'pipeline',
  // Of the stages' models: they say what may be swapped (model_swap.ts), not what runs.
  networks: 'nothing',
  model: 'pipeline',
  tracker: 'pipeline',
  inferThreads: 'pipeline'
}
const CONFIG_COSTS: Record<Exclude<keyof EngineConfig, 'pipeline'>, Cost> = {
  interval: 'live',
  compares: 'live',
  classifies: 'live',
  cameras: 'live'
}
const ORDER: readonly Cost[] = ['nothing', 'live', 'pipeline']

export function costOf(before: EngineConfig, after: EngineConfig): Cost {
  const { pipeline: pipelineBefore, ...restBefore } = before
  const { pipeline: pipelineAfter, ...restAfter } = after
  const costs = [
    ...costsOf(PIPELINE_COSTS, pipelineBefore, pipelineAfter),
    ...costsOf(CONFIG_COSTS, restBefore, restAfter)
  ]
  return costs.reduce((most, cost) => (ORDER.indexOf(cost) > ORDER.indexOf(most) ? cost : most), 'nothing')
}

function costsOf<K extends string>(
  table: Record<K, Cost>,
  before: Partial<Record<K, unknown>>,
  after: Partial<Record<K, unknown>>
) {
  const keys = Object.keys(table) as K[]
  return keys.map((key) => (isDeepStrictEqual(before[key], after[key]) ? 'nothing' : table[key]))
}
