/** `up/inventory`: what this box is. */
import { cpus, hostname, networkInterfaces, release, totalmem } from 'node:os'
import { type Inventory, VERSION } from '@vedette/protocol'
import { readGpus } from './gpu.ts'
import type { Machine } from './machine.ts'
import { l4tText } from './platform.ts'
import { parseCpuName, parseOsName } from './proc.ts'
import { text } from './readings.ts'

export interface InventoryInput {
  agentVersion: string
  publicKey: string
  machine: Machine
  /** What the engine found, once it has started. */
  pipeline: Inventory['pipeline']
}

export async function readInventory(input: InventoryInput, signal: AbortSignal): Promise<Inventory> {
  const [model, product, cpuinfo, osRelease, gpus] = await Promise.all([
    text('/proc/device-tree/model'),
    text('/sys/class/dmi/id/product_name'),
    text('/proc/cpuinfo'),
    text('/etc/os-release'),
    readGpus(signal)
  ])
  return {
    v: VERSION,
    agentVersion: input.agentVersion,
    hostname: hostname(),
    hardware: {
      // The device tree ends its strings with a zero.
      model: model.replaceAll('\0', '').trim() || product.trim() || null,
      cpu: parseCpuName(cpuinfo) ?? cpus()[0]?.model ?? null,
      cores: cpus().length,
      memoryBytes: totalmem(),
      gpu: (input.machine.gpus.length > 0 ? input.machine.gpus : gpus).map((gpu) => gpu.name).join(', ') || null
    },
    os: { name: parseOsName(osRelease), kernel: release(), arch: process.arch },
    pipeline: { ...input.pipeline, driver: input.machine.nvidia.driver ?? input.pipeline.driver },
    platform: platformOf(input.machine),
    addresses: Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter((address) => !address.internal && !address.address.startsWith('fe80'))
      .map((address) => address.address),
    publicKey: input.publicKey
  }
}

function platformOf({ platform, nvidia, gpus, power }: Machine): NonNullable<Inventory['platform']> {
  const clocks = power?.areClocksHeld === true ? ', clocks held' : ''
  return {
    kind: platform.kind,
    l4t: platform.l4t && l4tText(platform.l4t),
    cuda: nvidia.cuda,
    tensorrt: nvidia.tensorrt,
    gpuMemoryBytes: gpus[0]?.memoryBytes ?? null,
    computeCapability: gpus[0]?.computeCapability ?? null,
    powerMode: power && `${power.mode}${clocks}`
  }
}
