import { expect, test } from 'vitest'
import { inferMachine, type MachineFacts } from './infer_machine.ts'

const none: MachineFacts = {
  platform: { kind: 'none', soc: null, model: null },
  nvidia: { tensorrt: null },
  gpus: [],
  deepstream: { isThere: false, fileVersion: null, linkVersion: null }
}
const server: MachineFacts = {
  platform: { kind: 'dgpu', soc: null, model: 'PowerEdge' },
  nvidia: { tensorrt: '10.3.0' },
  gpus: [{ name: 'NVIDIA A10', computeCapability: '8.6' }],
  deepstream: { isThere: true, fileVersion: '7.1.0', linkVersion: '7.1' }
}
const jetson = (family: string, model: string): MachineFacts => ({
  ...server,
  platform: { kind: 'jetson', soc: { family }, model }
})

test('a machine without DeepStream runs packages as they are, and so does one whose settings say cpu', () => {
  expect(inferMachine(none, { family: 'auto', gpu: 0 }, {})).toBeNull()
  expect(inferMachine(none, { family: 'deepstream', gpu: 0 }, {})).toBeNull()
  expect(inferMachine(server, { family: 'cpu', gpu: 0 }, {})).toBeNull()
})

test('a server is told by its GPU, TensorRT and DeepStream', () => {
  expect(inferMachine(server, { family: 'auto', gpu: 0 }, {})).toEqual({
    platform: 'dgpu',
    deepstream: '7.1.0',
    tensorrt: '10.3.0',
    gpu: { id: 0, name: 'NVIDIA A10', computeCapability: '8.6' },
    dlaCores: 0
  })
})

test('of several GPUs the one of the settings counts', () => {
  const gpus = [...server.gpus, { name: 'NVIDIA L4', computeCapability: '8.9' }]
  const machine = inferMachine({ ...server, gpus }, { family: 'auto', gpu: 1 }, {})
  expect(machine?.gpu).toEqual({ id: 1, name: 'NVIDIA L4', computeCapability: '8.9' })
})

test.each([
  ['Orin', 'NVIDIA Jetson AGX Orin', 2],
  ['Orin', 'NVIDIA Orin NX Developer Kit', 2],
  ['Orin', 'NVIDIA Jetson Orin Nano Developer Kit', 0],
  ['Xavier', 'NVIDIA Jetson Xavier NX', 2],
  ['Thor', 'NVIDIA Jetson AGX Thor', 0]
])('%s of a %s has %i accelerators', (family, model, cores) => {
  expect(inferMachine(jetson(family, model), { family: 'auto', gpu: 0 }, {})?.dlaCores).toBe(cores)
})

test('our own elements under the names of NVIDIA are a release of their ABI class', () => {
  const simulated = (abi?: string) =>
    inferMachine(
      none,
      { family: 'deepstream', gpu: 0 },
      { VEDETTE_REGISTER_NV: '1', ...(abi && { VEDETTE_ABI_CLASS: abi }) }
    )?.deepstream
  expect([simulated(), simulated('B'), simulated('C'), simulated('D')]).toEqual(['9.2', '7.1', '8.0', '9.2'])
})
