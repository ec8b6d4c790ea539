/** Packages as they are: ONNX Runtime loads the model itself, and finds our parsers by their names. */
import { join } from 'node:path'
import type { ModelFiles } from './model_files.ts'
import { networkOf } from './network.ts'

export const asPackaged: ModelFiles = {
  builds: false,
  building: new Map(),
  start: () => Promise.resolve(),
  isBuilt: () => true,
  build: () => Promise.resolve(),
  filesOf: (model) => ({
    element: 'infer',
    config: join(model.folder, 'nvinfer.txt'),
    batchSize: 0,
    network: networkOf(model),
    engineFile: null
  }),
  collect: () => Promise.resolve(),
  spare: () => Promise.resolve([])
}
