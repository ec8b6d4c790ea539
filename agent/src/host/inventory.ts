/** `up/inventory`: what this box is. */
import { cpus, hostname, networkInterfaces, release, totalmem } from 'node:os'
import { type Inventory, VERSION } from '@vedette/protocol'
import { readGpus } from './gpu.ts'
import { parseCpuName, parseOsName } from './proc.ts'
import { text } from './readings.ts'

export interface InventoryInput {
  agentVersion: string
  publicKey: string
  /** What the engine found, once it has started. */
  pipeline: Inventory['pipeline']
}

export async function readInventory(input: InventoryInput, signal: AbortSignal): Promise<Inventory> {
  const [model, product, cpuinfo, osRelease, driver, gpus] = await Promise.all([
    text('/proc/device-tree/model'),
    text('/sys/class/dmi/id/product_name'),
    text('/proc/cpuinfo'),
    text('/etc/os-release'),
    text('/proc/driver/nvidia/version'),
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
      gpu: gpus.map((gpu) => gpu.name).join(', ') || null
    },
    os: { name: parseOsName(osRelease), kernel: release(), arch: process.arch },
    pipeline: { ...input.pipeline, driver: /Kernel Module\s+([\d.]+)/.exec(driver)?.[1] ?? input.pipeline.driver },
    addresses: Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter((address) => !address.internal && !address.address.startsWith('fe80'))
      .map((address) => address.address),
    publicKey: input.publicKey
  }
}
