import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Companions } from './companions.ts'

const TRIAL_MS = 60_000

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'vedette-companions-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

async function start(directory = folder()) {
  const clock = { at: 0 }
  const told: string[] = []
  const companions = new Companions({
    directory,
    trialMs: TRIAL_MS,
    now: () => clock.at,
    rolledBack: (sha256, reason) => void told.push(`${sha256}: ${reason}`)
  })
  await companions.start()
  companions.place(
    new Map([
      [2, 'colour'],
      [3, 'make']
    ])
  )
  const falls = (count: number) => Array.from({ length: count }, () => companions.fell())
  return { companions, told, clock, falls, directory }
}

test('the model whose stage does not start is left out, and no other', async () => {
  const { companions, told } = await start()
  expect(companions.failed({ code: 'model', element: '', message: 'infer-2: no inputs' })).toBe(true)
  expect(told).toEqual(['colour: It does not start: infer-2: no inputs'])
  expect([...companions.bad.keys()]).toEqual(['colour'])
})

test.for([
  { code: 'model', element: 'infer-1', message: 'no parser' },
  { code: 'internal', element: 'infer-3', message: 'no memory' },
  { code: 'plugin', element: 'tracker', message: 'no library' }
])('$element failing with $code is put down to none of these', async (error) => {
  const { companions, told } = await start()
  expect(companions.failed(error)).toBe(false)
  expect(told).toEqual([])
})

test('an engine that falls again and again with new ones loses the last of them first', async () => {
  const { told, falls, companions } = await start()
  expect(falls(3)).toEqual([true, true, true])
  expect(told).toEqual(['make: The engine fell 3 times within 30 s with it.'])
  companions.place(new Map([[2, 'colour']]))
  expect(falls(2)).toEqual([true, true])
  expect(told).toHaveLength(1)
})

test('one that has run for its trial is not blamed for an engine that falls', async () => {
  const { companions, told, clock, falls } = await start()
  companions.running()
  clock.at += TRIAL_MS
  companions.tick()
  expect(falls(5)).toEqual([false, false, false, false, false])
  expect(told).toEqual([])
})

test('falls far from each other blame nobody', async () => {
  const { told, clock, falls } = await start()
  for (let i = 0; i < 5; i++) {
    falls(1)
    clock.at += 20_000
  }
  expect(told).toEqual([])
})

test('what proved bad and what proved good is remembered over a restart', async () => {
  const first = await start()
  first.companions.failed({ code: 'plugin', element: 'infer-3', message: 'no parser' })
  first.companions.place(new Map([[2, 'colour']]))
  first.companions.running()
  first.clock.at += TRIAL_MS
  first.companions.tick()
  await first.companions.stop()
  const second = await start(first.directory)
  expect([...second.companions.bad]).toEqual([['make', 'It does not start: no parser']])
  second.companions.place(new Map([[2, 'colour']]))
  expect(second.falls(3)).toEqual([false, false, false])
})

test('one that the desired state has not named in between is tried again', async () => {
  const { companions } = await start()
  companions.failed({ code: 'plugin', element: 'infer-3', message: 'no parser' })
  companions.keep(['colour', 'make'])
  expect(companions.bad.has('make')).toBe(true)
  companions.keep(['colour'])
  expect(companions.bad.has('make')).toBe(false)
})
