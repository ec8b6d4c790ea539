import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SourceDescription } from '../index.ts'
import { makeFilm, makeFolder } from './testing/camera.ts'
import { serveFilm } from './testing/film_server.ts'
import { source, startWorld } from './testing/world.ts'

const login = { user: 'operator', password: 'p:ss w@rd/%41' }

async function play(input: SourceDescription['input']) {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(input, { policy: 'every-frame' }))
  return world
}

async function filmOf(frames: number): Promise<string> {
  return makeFilm(await makeFolder(onTestFinished), { frames })
}

test('a film is played over HTTP, with a login, to its last frame', async () => {
  const { url } = await serveFilm(onTestFinished, { path: await filmOf(50), login })
  const world = await play({ kind: 'http', url, loop: false, ...login })
  await world.event(0, 'ended')
  expect(world.framesOf(0)).toHaveLength(50)
})

test('a looped film over HTTP begins again and its timestamps go on', async () => {
  const { url } = await serveFilm(onTestFinished, { path: await filmOf(10) })
  const world = await play({ kind: 'http', url, loop: true })
  const frames = await world.until('35 frames', (w) => w.framesOf(0).length >= 35 && w.framesOf(0))
  expect(frames.slice(0, 35).map((frame) => frame.ptsNs)).toEqual(
    Array.from({ length: 35 }, (_, i) => BigInt(i) * 40_000_000n)
  )
})

test('what a web server may answer instead of a film is told apart, and no credentials come out', async () => {
  const path = await filmOf(10)
  const { url } = await serveFilm(onTestFinished, { path, login })
  const failureOf = async (input: { url: string; user?: string; password?: string }) => {
    const world = await play({ kind: 'http', loop: false, ...input })
    const { failure } = await world.event(0, 'failed')
    for (const secret of [login.user, 'wr0ng+pass']) expect(JSON.stringify(world.events)).not.toContain(secret)
    return failure
  }
  expect(await failureOf({ url: `${url}-of-another` })).toBe('not-found')
  expect(await failureOf({ url })).toBe('unauthorized')
  expect(await failureOf({ url, user: login.user, password: 'wr0ng+pass' })).toBe('unauthorized')
  const garbage = join(await makeFolder(onTestFinished), 'garbage.mp4')
  await writeFile(garbage, randomBytes(100_000))
  expect(await failureOf({ url: (await serveFilm(onTestFinished, { path: garbage })).url })).toBe('corrupt')
  expect(await failureOf({ url: 'http://camera.invalid/film.mp4' })).toBe('dns')
})

test('a film whose connection breaks again and again is fetched from where it broke, and no frame is missing', async () => {
  const { url, asked } = await serveFilm(onTestFinished, { path: await filmOf(100), endsAfterBytes: 5_000 })
  const world = await play({ kind: 'http', url, loop: false })
  await world.event(0, 'ended')
  expect(world.framesOf(0)).toHaveLength(100)
  expect(asked.filter((range) => /^bytes=[1-9]/.test(range)).length).toBeGreaterThan(2)
})

test('a video device that is not there is not found', async () => {
  const world = await play({ kind: 'v4l2', device: '/dev/video99' })
  expect(await world.event(0, 'failed')).toMatchObject({
    failure: 'not-found',
    message: expect.stringContaining('/dev/video99')
  })
})
