import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeNullModel } from '../bench/null_model.ts'
import { leakOf } from '../world/leak.ts'

// The real pipeline with inference, tracker and one object in every frame, each kind of life in a process of its own.

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
