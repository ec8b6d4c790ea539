/** For tests: a server and a Jetson with DeepStream. */
import type { InferMachine } from '../machine.ts'

export const t4: InferMachine = {
  platform: 'dgpu',
  deepstream: '7.1',
  tensorrt: '10.3.0',
  gpu: { id: 0, name: 'Tesla T4', computeCapability: '7.5' },
  dlaCores: 0
}

export const orin: InferMachine = {
  platform: 'jetson',
  deepstream: '7.1',
  tensorrt: '10.3.0',
  gpu: { id: 0, name: 'Orin (tegra234)', computeCapability: '8.7' },
  dlaCores: 2
}
