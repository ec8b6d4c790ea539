import { tmpdir } from 'node:os'
import { check, encode, Health, Inventory } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { parseNvidiaSmi, parseTegrastats } from './gpu.ts'
import { readInventory } from './inventory.ts'
import { readMachine } from './machine.ts'
import {
  cpuPercent,
  hottestC,
  parseCpuName,
  parseCpuTimes,
  parseLoad,
  parseMemory,
  parseOsName,
  parseRss
} from './proc.ts'
import { HostReadings } from './readings.ts'
import { treeAt } from './tree.ts'

const stat =
  'cpu  10132153 290696 3084719 46828483 16683 0 25195 0 175628 0\ncpu0 1393280 32966 572056 13343292 6130 0\n'
const later = 'cpu  10132203 290696 3084719 46828533 16683 0 25195 0 175628 0\n'
const tegra =
  '11-21-2026 14:03:11 RAM 2448/7620MB (lfb 4x4MB) SWAP 0/3810MB (cached 0MB) CPU [6%@1510,4%@1510,off,off] EMC_FREQ 0%@2133 GR3D_FREQ 45%@305 cpu@48.5C soc2@46.7C gpu@46.25C tj@48.9C VDD_IN 4963mW/4963mW'

test('CPU use is what was not idle between two readings', () => {
  expect(cpuPercent(parseCpuTimes(stat), parseCpuTimes(later))).toBe(50)
  expect(cpuPercent(null, parseCpuTimes(stat))).toBeNull()
  expect(parseCpuTimes('garbage')).toBeNull()
})

test('memory is what the kernel says is not available', () => {
  const meminfo = 'MemTotal:       16318480 kB\nMemFree:          511772 kB\nMemAvailable:    8318480 kB\n'
  expect(parseMemory(meminfo)).toEqual({ usedBytes: 8_192_000_000, totalBytes: 16_710_123_520 })
  expect(parseMemory('')).toBeNull()
  expect(parseRss('Name:\tnode\nVmRSS:\t   52340 kB\n')).toBe(52_340 * 1024)
  expect(parseLoad('0.52 0.58 0.59 1/977 12345')).toBe(0.52)
})

test('the hottest zone counts; zones without a sensor do not', () => {
  expect(hottestC(['48500\n', '61250\n', '-256000\n', ''])).toBe(61.25)
  expect(hottestC([])).toBeNull()
})

test('names of processor and system are found on PC and Jetson', () => {
  expect(parseCpuName('processor\t: 0\nmodel name\t: Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz\n')).toContain('i5-8500T')
  expect(parseCpuName('processor\t: 0\nmodel name\t: ARMv8 Processor rev 1 (v8l)\n')).toBe(
    'ARMv8 Processor rev 1 (v8l)'
  )
  expect(parseOsName('NAME="Ubuntu"\nPRETTY_NAME="Ubuntu 22.04.4 LTS"\n')).toBe('Ubuntu 22.04.4 LTS')
})

test('nvidia-smi gives one entry a card, and null for what a card does not have', () => {
  expect(parseNvidiaSmi('NVIDIA A10, 34, 1234, 23028, 45\nNVIDIA T1000, [N/A], 12, 4096, [N/A]\n')).toEqual([
    {
      name: 'NVIDIA A10',
      percent: 34,
      memoryUsedBytes: 1234 * 2 ** 20,
      memoryTotalBytes: 23_028 * 2 ** 20,
      temperatureC: 45
    },
    {
      name: 'NVIDIA T1000',
      percent: null,
      memoryUsedBytes: 12 * 2 ** 20,
      memoryTotalBytes: 2 ** 32,
      temperatureC: null
    }
  ])
})

test('tegrastats gives the GPU of a Jetson', () => {
  expect(parseTegrastats(tegra)).toEqual([
    {
      name: 'Tegra',
      percent: 45,
      memoryUsedBytes: 2448 * 2 ** 20,
      memoryTotalBytes: 7620 * 2 ** 20,
      temperatureC: 46.25
    }
  ])
  expect(parseTegrastats('nothing of use')).toEqual([])
})

test('this machine reads as valid health', async () => {
  const readings = new HostReadings(tmpdir())
  const host = await readings.read(process.pid, AbortSignal.timeout(10_000))
  const health = {
    v: 1 as const,
    at: new Date().toISOString(),
    uptimeS: 1,
    spoolWaiting: 0,
    dropped: 0,
    inferMs: null,
    cameras: {},
    ...host
  }
  expect(() => check(Health, health, 'up/health')).not.toThrow()
  expect(host.memoryTotalBytes).toBeGreaterThan(1e8)
  expect(host.engineRssBytes).toBeGreaterThan(1e7)
  expect(host.diskTotalBytes).toBeGreaterThan(1e8)
  expect((await readings.read(null, AbortSignal.timeout(10_000))).engineRssBytes).toBeNull()
})

test('this machine reads as a valid inventory', async () => {
  const pipeline = {
    family: 'cpu' as const,
    gstreamer: '1.22.0',
    onnxRuntime: null,
    deepstream: null,
    driver: null,
    decoders: {},
    missing: []
  }
  const publicKey = Buffer.alloc(32, 1).toString('base64')
  const signal = AbortSignal.timeout(10_000)
  const machine = await readMachine(treeAt(), process.arch, signal)
  const inventory = await readInventory({ agentVersion: '0.1.0', publicKey, pipeline, machine }, signal)
  expect(() => check(Inventory, inventory, 'up/inventory')).not.toThrow()
  expect(encode('up/inventory', inventory)).toContain(inventory.hostname)
})
