import { expect, test } from 'vitest'
import { type Memory, readMemory, whyCramped } from './memory_room.ts'

const MIB = 1024 * 1024
const roomy: Memory = { availableBytes: 1000 * MIB, engineBytes: 300 * MIB, modelBytes: 20 * MIB, gpu: null }

const table: [what: string, given: Partial<Memory>, expected: RegExp | null][] = [
  ['two fit', {}, null],
  ['just fit', { availableBytes: 448 * MIB }, null],
  ['do not fit', { availableBytes: 447 * MIB }, /not enough memory for two pipelines \(448 MiB needed, 447 MiB free\)/],
  ['nobody knows', { availableBytes: null }, null],
  ['fit on the GPU', { gpu: { usedBytes: 400 * MIB, totalBytes: 820 * MIB } }, null],
  [
    'do not fit on the GPU',
    { gpu: { usedBytes: 400 * MIB, totalBytes: 819 * MIB } },
    /GPU memory for two pipelines \(420 MiB needed, 419/
  ]
]

test.for(table)('%s', ([, given, expected], { expect }) => {
  const why = whyCramped({ ...roomy, ...given })
  if (expected === null) expect(why).toBeNull()
  else expect(why).toMatch(expected)
})

test('this machine says how much memory it has and how much this process takes', async () => {
  const memory = await readMemory(process.pid, [import.meta.filename], AbortSignal.timeout(20_000))
  expect(memory.availableBytes).toBeGreaterThan(16 * MIB)
  expect(memory.engineBytes).toBeGreaterThan(16 * MIB)
  expect(memory.modelBytes).toBeGreaterThan(1000)
})
