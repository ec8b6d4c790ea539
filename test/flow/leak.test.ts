import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Leak } from '@vedette/native/leak'
import { expect, onTestFinished, test } from 'vitest'
import { writeNullModel } from '../bench/null_model.ts'

// The real pipeline with inference, tracker and one object in every frame, each kind of life in a process of its own.

const PROGRAM = fileURLToPath(import.meta.resolve('@vedette/native/leak'))
const SIDE = 96

test('starting and stopping pipelines, and adding and removing cameras, costs no memory, threads or descriptors', {
  timeout: 300_000
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-leak-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const model = await writeNullModel(folder, SIDE, [SIDE / 2, SIDE / 2, 20, 20, 0.9])
  const [startStop, addRemove] = await Promise.all([
    leakOf('start-stop', 200, model),
    leakOf('add-remove', 1000, model)
  ])
  expect(startStop.bytesPerCycle).toBeLessThanOrEqual(4096)
  expect(addRemove.bytesPerCycle).toBeLessThanOrEqual(256)
  for (const { threads, descriptors } of [startStop, addRemove]) {
    expect(threads.end).toBe(threads.at50)
    expect(descriptors.end).toBe(descriptors.at50)
  }
})

async function leakOf(life: 'start-stop' | 'add-remove', cycles: number, inferConfig: string): Promise<Leak> {
  const flags = ['--expose-gc', '--single-threaded', '--no-opt', '--max-semi-space-size=1']
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, PROGRAM, life, String(cycles), inferConfig],
    { env: { ...process.env, MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' } }
  )
  return JSON.parse(stdout) as Leak
}
