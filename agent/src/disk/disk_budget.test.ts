import { existsSync, linkSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DiskBudget, type DiskBudgetOptions } from './disk_budget.ts'
import { folderBytes } from './folder_size.ts'
import { oldFiles } from './old_files.ts'
import { chosen, type Spare } from './spare.ts'

const MIB = 1024 * 1024

test('the oldest go first, whatever they are, and no more than it takes', () => {
  const spare = (what: string, madeMs: number, bytes: number): Spare => ({
    what,
    madeMs,
    bytes,
    remove: async () => {}
  })
  const all = [spare('log', 30, 10), spare('crash', 10, 10), spare('engine', 20, 100), spare('empty', 1, 0)]
  expect(chosen(all, 15).map(({ what }) => what)).toEqual(['crash', 'engine'])
  expect(chosen(all, 5).map(({ what }) => what)).toEqual(['crash'])
  expect(chosen(all, 0)).toEqual([])
})

test('a folder over its budget loses its oldest spare files, and says which and how much', async () => {
  const { folder, file, budget, freed } = world({ maxBytes: 3 * MIB })
  file('keep.db', 1)
  for (let i = 1; i <= 4; i++) file(`box.log.${i}`, 1, -i)
  await budget.look()
  expect(readdirSync(folder).toSorted()).toEqual(['box.log.1', 'box.log.2', 'keep.db'])
  expect(freed).toEqual([
    [2 * MIB, expect.stringMatching(/holds 2 MiB more than disk\.maxBytes\. .*2 × old log file, 2 MiB\.$/)]
  ])
  expect(budget.words).toBe('')
})

test('what is not spare stays, and the box says that it is at its end; with room again it is silent', async () => {
  const { folder, file, budget, changes } = world({ maxBytes: MIB })
  file('keep.db', 2)
  file('box.log.1', 1)
  await budget.look()
  expect(readdirSync(folder)).toEqual(['keep.db'])
  expect(budget.words).toMatch(/holds 1 MiB more than disk\.maxBytes\. Nothing more can be given up/)
  rmSync(join(folder, 'keep.db'))
  await budget.look()
  expect([budget.words, changes()]).toEqual(['', 2])
})

test('a disk that others fill is kept free too', async () => {
  const { folder, file, budget, freed } = world({ minFreeBytes: Number.MAX_SAFE_INTEGER })
  file('box.log.1', 1)
  await budget.look()
  expect(existsSync(join(folder, 'box.log.1'))).toBe(false)
  expect(freed[0]?.[1]).toMatch(/has \d+ MiB left, disk\.minFreeBytes is \d+ MiB/)
})

test('a file of two names takes its bytes once', async () => {
  const { folder, file } = world({})
  const before = await folderBytes(folder)
  file('model.onnx', 1)
  linkSync(join(folder, 'model.onnx'), join(folder, 'second.onnx'))
  expect((await folderBytes(folder)) - before).toBe(MIB)
})

function world(options: Partial<DiskBudgetOptions>) {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-disk-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const freed: [number, string][] = []
  let changes = 0
  const budget = new DiskBudget({
    ...{ directory: folder, maxBytes: null, minFreeBytes: 0 },
    spares: [() => oldFiles(folder, { pattern: /^box\.log\.\d+$/, what: 'old log file' })],
    freed: (bytes, reason) => freed.push([bytes, reason]),
    changed: () => {
      changes++
    },
    log: { warn: expect.unreachable },
    ...options
  })
  const file = (name: string, mebibytes: number, madeS = 0) => {
    writeFileSync(join(folder, name), Buffer.alloc(mebibytes * MIB, 1))
    const made = Date.now() / 1000 + madeS
    utimesSync(join(folder, name), made, made)
  }
  return { folder, file, budget, freed, changes: () => changes }
}
