import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Desired, ModelReference } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { DesiredError } from './desired_error.ts'
import { DesiredRunner } from './runner.ts'
import type { Running } from './steps.ts'
import { camera, desired, model } from './testing/documents.ts'

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'vedette-desired-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A box whose engine is a list and whose downloads end when the test says so. */
function box(directory = folder()) {
  const configured: Running[] = []
  const onDisk = new Set<string>()
  const unbuilt = new Set<string>()
  const builds: {
    model: ModelReference
    progress(words: string): void
    finish(): void
    fail(error: Error): void
  }[] = []
  const refused: string[] = []
  const applied: number[] = []
  const downloads: { model: ModelReference; finish(): void; fail(error: Error): void; signal: AbortSignal }[] = []
  let badCamera = ''
  let holdUp = ''
  const runner = new DesiredRunner({
    directory,
    onBox: { isOnDisk: (sha256) => onDisk.has(sha256), isBuilt: ({ sha256 }) => !unbuilt.has(sha256) },
    buildEngine: (wanted, progress, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      signal.addEventListener('abort', () => reject(signal.reason))
      const finish = () => {
        unbuilt.delete(wanted.sha256)
        resolve()
      }
      builds.push({ model: wanted, progress, finish, fail: reject })
      return promise
    },
    fetchModel: (wanted, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      signal.addEventListener('abort', () => reject(signal.reason))
      const finish = () => {
        onDisk.add(wanted.sha256)
        resolve()
      }
      downloads.push({ model: wanted, finish, fail: reject, signal })
      return promise
    },
    configure: (running) => {
      if (badCamera in running.cameras) throw new DesiredError('credential', `camera "${badCamera}": does not open`)
      configured.push(running)
      return holdUp
    },
    changed: () => undefined,
    applied: ({ rev }) => void applied.push(rev),
    refused: (_, reason) => void refused.push(reason),
    log: () => undefined
  })
  onTestFinished(() => runner.stop())
  const offer = (document: Desired | string) =>
    runner.offer(typeof document === 'string' ? document : Buffer.from(JSON.stringify(document)))
  return {
    runner,
    configured,
    onDisk,
    refused,
    applied,
    downloads,
    unbuilt,
    builds,
    offer,
    directory,
    spoil: (id: string) => (badCamera = id),
    hold: (reason: string) => (holdUp = reason)
  }
}

test('applies a document and remembers it over a restart with no network', async () => {
  const first = box()
  await first.runner.start()
  expect(first.runner.status.whyNotYet).toBe('No desired state has arrived yet.')
  await first.offer(desired({ rev: 7 }))
  await expect.poll(() => first.runner.status.lastGood?.rev).toBe(7)
  expect(first.runner.status).toMatchObject({ observed: { rev: 7 }, applied: { rev: 7 }, whyNotYet: '' })
  await first.runner.stop()
  const second = box(first.directory)
  await second.runner.start()
  await expect.poll(() => second.runner.status.applied?.rev).toBe(7)
  expect(second.configured.at(-1)?.cameras).toHaveProperty('door')
})

test('a document that arrives before the disk was read is newer than what lies there', async () => {
  const first = box()
  await first.runner.start()
  await first.offer(desired({ rev: 1 }))
  await expect.poll(() => first.runner.status.lastGood?.rev).toBe(1)
  await first.runner.stop()
  const second = box(first.directory)
  const offered = second.offer(desired({ rev: 2 }))
  await second.runner.start()
  await offered
  await expect.poll(() => second.runner.status).toMatchObject({ observed: { rev: 2 }, applied: { rev: 2 } })
})

test('does nothing when the same document arrives again', async () => {
  const it = box()
  await it.runner.start()
  await it.offer(desired())
  await expect.poll(() => it.runner.status.lastGood?.rev).toBe(1)
  await it.offer(desired())
  expect(it.configured).toHaveLength(1)
  expect(it.applied).toEqual([1])
})

test('refuses a document with a bad camera by its name, and the one before goes on', async () => {
  const it = box()
  await it.runner.start()
  await it.offer(desired({ rev: 1 }))
  await expect.poll(() => it.runner.status.lastGood?.rev).toBe(1)
  const bad = desired({ rev: 2, cameras: { door: camera(), yard: { ...camera(), enabled: 'maybe' as never } } })
  await it.offer(bad)
  expect(it.refused[0]).toMatch(/^camera "yard": /)
  expect(it.runner.status).toMatchObject({ observed: { rev: 2 }, applied: { rev: 1 }, lastGood: { rev: 1 } })
  expect(it.runner.status.whyNotYet).toMatch(/^Revision 2 was refused: Camera "yard".* Revision 1 stays in force\.$/)
  expect(it.configured).toHaveLength(1)
})

test('announces a bad document once, over a restart too, and takes the right one when it comes', async () => {
  const bad = { ...desired({ rev: 3 }), name: 'changed on the way' }
  const first = box()
  await first.runner.start()
  await first.offer(bad)
  await first.offer(bad)
  expect(first.refused).toHaveLength(1)
  await first.runner.stop()
  const second = box(first.directory)
  await second.runner.start()
  await second.offer(bad)
  expect(second.refused).toHaveLength(0)
  expect(second.runner.status.whyNotYet).toContain('Revision 3 was refused')
  await second.offer(desired({ rev: 3 }))
  await expect.poll(() => second.runner.status.applied?.rev).toBe(3)
})

test('does not let a download hold up the cameras, and says what it waits for', async () => {
  const it = box()
  await it.runner.start()
  await it.offer(desired({ models: { p: model('a') }, analysis: { model: 'p', interval: 0, tracker: 'default' } }))
  await expect.poll(() => it.downloads.length).toBe(1)
  expect(it.configured.at(-1)).toMatchObject({ cameras: { door: {} }, model: null })
  expect(it.runner.status.whyNotYet).toContain('Downloading model a 1.0.0')
  expect(it.runner.status.applied).toBeNull()
  it.downloads[0]!.finish()
  await expect.poll(() => it.runner.status.applied?.rev).toBe(1)
  expect(it.configured.at(-1)?.model).toEqual(model('a'))
})

test('gives up a download when a newer document does not need it', async () => {
  const it = box()
  await it.runner.start()
  await it.offer(desired({ rev: 1, models: { p: model('a') }, analysis: { model: 'p', interval: 0, tracker: 'none' } }))
  await expect.poll(() => it.downloads.length).toBe(1)
  await it.offer(desired({ rev: 2 }))
  await expect.poll(() => it.runner.status.applied?.rev).toBe(2)
  expect(it.downloads[0]!.signal.aborted).toBe(true)
  expect(it.configured.at(-1)?.model).toBeNull()
  expect(it.applied).toEqual([2])
})

test('goes on with the old model when the new one cannot be had', async () => {
  const it = box()
  it.onDisk.add(model('a').sha256)
  await it.runner.start()
  const analysis = { model: 'p', interval: 0, tracker: 'default' as const }
  await it.offer(desired({ rev: 1, models: { p: model('a') }, analysis }))
  await expect.poll(() => it.runner.status.applied?.rev).toBe(1)
  await it.offer(desired({ rev: 2, models: { p: model('b') }, analysis }))
  await expect.poll(() => it.downloads.length).toBe(1)
  it.downloads[0]!.fail(new Error('expected SHA-256 b, received c'))
  await expect.poll(() => it.runner.status.whyNotYet).toContain('Expected SHA-256 b')
  expect(it.configured.at(-1)?.model).toEqual(model('a'))
  expect(it.runner.status.applied?.rev).toBe(1)
})

test('refuses a camera whose credential does not open, and says so', async () => {
  const it = box()
  await it.runner.start()
  await it.offer(desired({ rev: 1 }))
  await expect.poll(() => it.runner.status.applied?.rev).toBe(1)
  it.spoil('yard')
  await it.offer(desired({ rev: 2, cameras: { door: camera(), yard: camera() } }))
  await expect.poll(() => it.refused).toEqual(['camera "yard": does not open'])
  expect(it.runner.status.applied?.rev).toBe(1)
})

test('tells why something else runs, for as long as it does', async () => {
  const it = box()
  await it.runner.start()
  await it.offer(desired())
  await expect.poll(() => it.runner.status.applied?.rev).toBe(1)
  it.hold('Model b 1.0.0 was rolled back: it does not start.')
  it.runner.again()
  await expect.poll(() => it.runner.status.whyNotYet).toContain('rolled back')
  expect(it.configured).toHaveLength(2)
  it.hold('')
  await it.offer(desired({ rev: 2 }))
  await expect.poll(() => it.runner.status).toMatchObject({ applied: { rev: 2 }, whyNotYet: '' })
})

test('starts with nothing when the last good document on disk is damaged', async () => {
  const directory = folder()
  writeFileSync(join(directory, 'last_good.json'), '{"v":1,')
  const it = box(directory)
  await it.runner.start()
  expect(it.configured).toEqual([])
  await it.offer(desired())
  await expect.poll(() => it.runner.status.lastGood?.rev).toBe(1)
})

test('waits for an engine, says how long already, and runs what ran until it is there', async () => {
  const it = box()
  await it.runner.start()
  it.onDisk.add(model('a').sha256)
  it.unbuilt.add(model('a').sha256)
  const wanted = desired({ models: { p: model('a') }, analysis: { model: 'p', interval: 0, tracker: 'default' } })
  await it.offer(wanted)
  await expect.poll(() => it.runner.status.whyNotYet).toBe('Building the engine of model a 1.0.0. Steps after it: 1.')
  expect(it.configured.at(-1)).toMatchObject({ model: null, cameras: { door: camera() } })
  it.builds[0]!.progress('3 min so far')
  expect(it.runner.status.whyNotYet).toBe('Building the engine of model a 1.0.0, 3 min so far. Steps after it: 1.')
  it.builds[0]!.finish()
  await expect.poll(() => it.runner.status.applied?.rev).toBe(1)
  expect(it.configured.at(-1)?.model).toEqual(model('a'))
})

test('an engine that cannot be built leaves what ran, with the reason', async () => {
  const it = box()
  await it.runner.start()
  await it.offer(desired({ rev: 1 }))
  await expect.poll(() => it.runner.status.applied?.rev).toBe(1)
  it.onDisk.add(model('a').sha256)
  it.unbuilt.add(model('a').sha256)
  const analysis = { model: 'p', interval: 0, tracker: 'default' } as const
  await it.offer(desired({ rev: 2, models: { p: model('a') }, analysis }))
  await expect.poll(() => it.builds.length).toBe(1)
  it.builds[0]!.fail(new Error('TensorRT does not know the operator Foo'))
  await expect.poll(() => it.runner.status.whyNotYet).toBe('TensorRT does not know the operator Foo.')
  expect(it.runner.status).toMatchObject({ observed: { rev: 2 }, applied: { rev: 1 } })
  expect(it.configured.every((running) => running.model === null)).toBe(true)
})

test('a newer document ends a build that nobody wants any more', async () => {
  const it = box()
  await it.runner.start()
  it.onDisk.add(model('a').sha256)
  it.unbuilt.add(model('a').sha256)
  const analysis = { model: 'p', interval: 0, tracker: 'default' } as const
  await it.offer(desired({ rev: 1, models: { p: model('a') }, analysis }))
  await expect.poll(() => it.builds.length).toBe(1)
  await it.offer(desired({ rev: 2 }))
  await expect.poll(() => it.runner.status.applied?.rev).toBe(2)
  expect(it.configured.at(-1)?.model).toBeNull()
})
