import { detectorStage } from '@vedette/native/stage'
import { expect, test } from 'vitest'
import type { EngineConfig } from './channel/engine_config.ts'
import { type Cost, costOf } from './pipeline_change.ts'
import { config } from './testing/engine_world.ts'

const before = config(['door'])
const pipeline = (part: Partial<EngineConfig['pipeline']>): EngineConfig => ({
  ...before,
  pipeline: { ...before.pipeline, ...part }
})
const filter = { minConfidence: 0.5, classes: [0] }

const table: [what: string, after: EngineConfig, cost: Cost][] = [
  ['the same again', structuredClone(before), 'nothing'],
  ['another interval', { ...before, interval: 2 }, 'live'],
  ['one more camera', config(['door', 'yard']), 'live'],
  ['one camera less', { ...before, cameras: {} }, 'live'],
  ['another threshold', { ...before, cameras: { door: { ...before.cameras.door!, filter } } }, 'live'],
  ['another model', pipeline({ stages: [detectorStage('/models/x/nvinfer.txt')], model: 'x 1.0.0' }), 'pipeline'],
  ['one more model', pipeline({ stages: [detectorStage('a'), detectorStage('b', { id: 2 })] }), 'pipeline'],
  ['a tracker', pipeline({ tracker: 'default' }), 'pipeline'],
  ['more cameras at most', pipeline({ maxSources: 9 }), 'pipeline'],
  ['another size', pipeline({ width: 1920, height: 1080 }), 'pipeline'],
  ['more threads', pipeline({ inferThreads: 4 }), 'pipeline'],
  ['another GPU', pipeline({ gpu: 1 }), 'pipeline'],
  ['smaller batches', pipeline({ batchSize: 2 }), 'pipeline'],
  ['more memory for batches', pipeline({ bufferPoolSize: 8 }), 'pipeline'],
  ['more surfaces', pipeline({ extraSurfaces: 9 }), 'pipeline'],
  ['a wait that does not change', pipeline({ pushTimeoutIsFixed: true }), 'pipeline'],
  ['another family', pipeline({ family: 'deepstream' }), 'pipeline'],
  [
    'a camera and a model',
    { ...config(['door', 'yard']), pipeline: pipeline({ model: 'x 1.0.0' }).pipeline },
    'pipeline'
  ]
]

test.for(table)('%s', ([, after, cost], { expect: expecting }) => {
  expecting(costOf(before, after)).toBe(cost)
})

test('there and back cost the same', () => {
  for (const [, after, cost] of table) expect(costOf(after, before)).toBe(cost)
})
