import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Crashes } from './crashes.ts'

const fall = {
  reason: 'The engine was ended by SIGSEGV.',
  isBeside: false,
  model: 'ssd 1.0.0',
  error: null,
  cameras: {}
}

function newCrashes() {
  const directory = mkdtempSync(join(tmpdir(), 'vedette-crashes-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return { directory, crashes: new Crashes({ directory, clean: (text) => text.replaceAll('hunter2', '[redacted]') }) }
}

test('keeps why, the lines before and the graph, without credentials', async () => {
  const { directory, crashes } = newCrashes()
  crashes.line('rtsp user-pw=hunter2')
  await crashes.keep({ ...fall, cameras: { door: 'live' } }, 'digraph { "hunter2" }')
  const [crash] = await crashes.list()
  expect(crash).toMatchObject({ ...fall, cameras: { door: 'live' }, log: ['rtsp user-pw=[redacted]'] })
  expect(crash?.graph).toBe('digraph { "[redacted]" }')
  for (const file of readdirSync(directory))
    expect(readFileSync(join(directory, file), 'utf8')).not.toContain('hunter2')
})

test('keeps the newest 20 of a night of falls, each with its graph', async () => {
  const { directory, crashes } = newCrashes()
  for (let i = 0; i < 25; i++) {
    await crashes.keep({ ...fall, reason: `fall ${i}` }, 'digraph {}')
    // Two falls in one millisecond would have one name.
    await expect.poll(() => Date.now()).toBeGreaterThan(Date.parse((await crashes.list())[0]!.at))
  }
  const kept = await crashes.list()
  expect(kept.map(({ reason }) => reason)).toEqual(Array.from({ length: 20 }, (_, i) => `fall ${24 - i}`))
  expect(readdirSync(directory)).toHaveLength(40)
})

test('has nothing to tell of a box that never fell', async () => {
  expect(await newCrashes().crashes.list()).toEqual([])
})
