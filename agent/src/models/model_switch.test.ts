import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelReference } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { ModelSwitch } from './model_switch.ts'

const model = (letter: string): ModelReference => ({
  name: letter,
  version: '1.0.0',
  sha256: letter.repeat(64),
  bytes: 1
})
const a = model('a')
const b = model('b')

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'vedette-switch-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

async function startSwitch(directory = folder()) {
  let at = 0
  const told: string[] = []
  const models = new ModelSwitch({
    directory,
    trialMs: 60_000,
    now: () => at,
    rolledBack: (from, reason) => void told.push(`back from ${from.name}: ${reason}`),
    committed: ({ name }) => void told.push(`good: ${name}`)
  })
  await models.start()
  onTestFinished(() => models.stop())
  /** A minute and a bit of frames, ten a second. */
  const watch = (objectsPerSecond: number) => {
    models.running()
    for (let s = 0; s <= 61; s++) {
      at += 1_000
      models.seen({ frames: 10, objects: objectsPerSecond })
    }
  }
  return { models, told, watch, directory }
}

test('commits a model that sees something', async () => {
  const { models, told, watch } = await startSwitch()
  expect(models.select(a)).toEqual({ model: a, rolledBack: null })
  watch(3)
  expect(told).toEqual(['good: a'])
  expect(models.good).toEqual(a)
})

test('goes back to the last good model when the new one does not start, and does not try it again', async () => {
  const { models, told, watch } = await startSwitch()
  models.select(a)
  watch(3)
  models.select(b)
  models.failed({ code: 'model', message: 'no inputs' })
  expect(told.at(-1)).toBe('back from b: It does not start: no inputs')
  const reason = 'It does not start: no inputs'
  expect(models.select(b)).toEqual({ model: a, rolledBack: { from: b, reason } })
  expect(models.select(b)).toEqual({ model: a, rolledBack: { from: b, reason } })
})

test('goes back from a model that sees nothing where the old one did', async () => {
  const { models, told, watch } = await startSwitch()
  models.select(a)
  watch(3)
  watch(3)
  models.select(b)
  watch(0)
  expect(told.at(-1)).toContain('back from b: It detected nothing')
})

test('goes back to the very first model also when it was replaced during its trial', async () => {
  const { models, told } = await startSwitch()
  models.select(a)
  models.running()
  models.seen({ frames: 10, objects: 30 })
  models.select(b)
  models.failed({ code: 'model', message: 'no inputs' })
  expect(told).toEqual(['back from b: It does not start: no inputs'])
  expect(models.select(b).model).toEqual(a)
})

test('still knows what the good model saw when one bad model follows the other', async () => {
  const { models, told, watch } = await startSwitch()
  models.select(a)
  watch(3)
  models.select(b)
  models.failed({ code: 'model', message: 'no inputs' })
  models.select(b)
  models.select(model('c'))
  watch(0)
  expect(told.at(-1)).toContain('back from c: It detected nothing')
})

test('goes back from a model with which the engine falls again and again', async () => {
  const { models, told, watch } = await startSwitch()
  models.select(a)
  watch(3)
  models.select(b)
  for (let i = 0; i < 3; i++) models.fell()
  expect(told.at(-1)).toContain('back from b: The engine fell 3 times')
})

test('does not blame a good model for an engine that falls', async () => {
  const { models, told, watch } = await startSwitch()
  models.select(a)
  watch(3)
  for (let i = 0; i < 5; i++) models.fell()
  models.failed({ code: 'model', message: 'the disk is gone' })
  expect(told).toEqual(['good: a'])
})

test('remembers over a restart what was good and what was bad', async () => {
  const first = await startSwitch()
  first.models.select(a)
  first.watch(3)
  first.models.select(b)
  first.models.failed({ code: 'model', message: 'no inputs' })
  await first.models.stop()
  const second = await startSwitch(first.directory)
  expect(second.models.good).toEqual(a)
  expect(second.models.select(b).model).toEqual(a)
})

test('goes on comparing with the old model when the agent restarts during the trial', async () => {
  const first = await startSwitch()
  first.models.select(a)
  first.watch(3)
  first.watch(3)
  first.models.select(b)
  await first.models.stop()
  const second = await startSwitch(first.directory)
  second.models.select(b)
  second.watch(0)
  expect(second.told.at(-1)).toContain('back from b')
})

test('tries a bad model again after another one was wanted in between', async () => {
  const { models, watch } = await startSwitch()
  models.select(a)
  watch(3)
  models.select(b)
  models.failed({ code: 'model', message: 'no inputs' })
  models.select(a)
  expect(models.select(b)).toEqual({ model: b, rolledBack: null })
})

test('decodes only when the very first model is bad', async () => {
  const { models } = await startSwitch()
  models.select(b)
  models.failed({ code: 'plugin', message: 'no parser' })
  expect(models.select(b).model).toBeNull()
})
