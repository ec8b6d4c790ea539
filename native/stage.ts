/** A stage with the values that most have: the one detector of a pipeline, at the batch size that its file says. */
import type { InferStage } from './index.ts'

export function detectorStage(config: string, more: Partial<InferStage> = {}): InferStage {
  return {
    id: 1,
    element: 'infer',
    config,
    mode: 'primary',
    on: null,
    interval: 0,
    batchSize: 0,
    shadow: null,
    ...more
  }
}
