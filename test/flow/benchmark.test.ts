// `vedette benchmark` for real, a few seconds of it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import { startCameras } from '../world/camera.ts'
import { VEDETTE } from '../world/programs.ts'
import { Terminal } from '../world/terminal.ts'

const MODEL = join(cacheDir(), 'models/ssd-mobilenet-v2-oid-1.0.0')

function benchmark(...args: string[]) {
  const child = spawn(process.execPath, [VEDETTE, 'benchmark', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const ended = async () => {
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
    const [code] = (await exited) as [number | null]
    return { out, err, code }
  }
  return { child, ended }
}

test('two sources are decoded and analysed, and every figure is told', async () => {
  const { out, code } = await benchmark(
    ...['--sources', '2', '--duration', '3', '--model', MODEL, '--video', FOOTAGE, '--profile', '--json']
  ).ended()
  expect(code).toBe(0)
  const report = JSON.parse(out)
  expect(report).toMatchObject({
    v: 2,
    family: 'cpu',
    model: 'ssd-mobilenet-v2-oid 1.0.0',
    source: FOOTAGE,
    interrupted: false
  })
  expect(report.findMax).toBeNull()
  const { figures } = report
  expect(figures.sources.map(({ name }: { name: string }) => name)).toEqual(['source-1', 'source-2'])
  for (const source of figures.sources) expect([source.decodedFps > 1, source.trouble]).toEqual([true, null])
  expect(figures.analysedFps).toBeGreaterThan(0)
  expect(figures.inferMs).toBeGreaterThan(0)
  expect(figures.latencyMsP99).toBeGreaterThanOrEqual(figures.latencyMsP50)
  expect(figures.cpuCores).toBeGreaterThan(0)
  expect(figures.memoryBytes).toBeGreaterThan(50e6)
  expect(report.profile.length).toBeGreaterThan(1)
})

test('on a terminal a bar shows how far it is, and is gone when the figures are there; elsewhere it is said once', async () => {
  const args = ['--sources', '1', '--duration', '3']
  const command = process.execPath
  const terminal = new Terminal({ command, args: [VEDETTE, 'benchmark', ...args], columns: 80, rows: 24 })
  onTestFinished(() => terminal.kill('SIGKILL'))
  await terminal.shows(/^measuring 1 source for 3 s \[#{5,}\.*\] +\d+ %$/m)
  expect(await terminal.exited).toBe(0)
  expect(await terminal.shows(/decoded/)).not.toContain('measuring')
  const { err } = await benchmark(...args).ended()
  expect(err).toBe('measuring 1 source for 3 s\n')
})

test('the most cameras are found by letting a film run free, then paced', { timeout: 300_000 }, async () => {
  const { out, code } = await benchmark('--sources', '1', '--duration', '2', '--find-max', '--json').ended()
  expect(code).toBe(0)
  const { findMax } = JSON.parse(out)
  expect(findMax.cameraFps).toBeCloseTo(25, 0)
  expect(findMax.capacityFps).toBeGreaterThan(25)
  expect(findMax.tries.length).toBeGreaterThan(0)
  if (findMax.cameras > 0)
    expect(findMax.tries).toContainEqual(expect.objectContaining({ cameras: findMax.cameras, keepsUp: true }))
})

test('the most cameras are found of a camera too, by reading it several times', { timeout: 300_000 }, async () => {
  const street = await startCameras({ mounts: [{ name: 'path', film: FOOTAGE }] })
  onTestFinished(() => street.stop())
  const { out, code } = await benchmark(
    ...['--rtsp', street.url('path'), '--sources', '1', '--duration', '2', '--find-max', '--json']
  ).ended()
  expect(code).toBe(0)
  const { findMax } = JSON.parse(out)
  expect(findMax).toMatchObject({
    capacityFps: null,
    tries: expect.arrayContaining([expect.objectContaining({ cameras: 1 })])
  })
  expect(findMax.cameraFps).toBeCloseTo(10, 0)
})

test('Ctrl-C prints what was measured so far', async () => {
  const { child, ended } = benchmark('--sources', '1', '--duration', '600')
  child.stderr.on('data', (chunk: Buffer) => {
    if (chunk.includes('measuring')) child.kill('SIGINT')
  })
  const { out, err } = await ended()
  expect(err).toContain('measuring 1 source for')
  expect(out).toContain('(interrupted)')
})

test('a film that is not there ends with 1 and says why; a wrong call ends with 2', async () => {
  const lost = await benchmark('--sources', '1', '--duration', '2', '--video', '/nowhere/film.mp4').ended()
  expect(lost.code).toBe(1)
  expect(lost.out).toContain('no such stream, file or device')
  expect(await benchmark('--model', '/nowhere').ended()).toMatchObject({
    err: expect.stringContaining('no model.yaml in it'),
    code: 1
  })
  expect((await benchmark('--sources', '0').ended()).code).toBe(2)
  expect((await benchmark('--rtsp', 'http://cam/1').ended()).code).toBe(2)
})
