// Detection strategies that throw, hang, grow, exit and write nonsense: the box says so and no camera notices.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Camera, decode, decodeFrameBatch, type Frame, topic } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { startBox } from '../world/box.ts'
import { cameraOf, decodingOnly } from '../world/desired_document.ts'
import { engineOf } from '../world/engine.ts'
import { startOpenBroker } from '../world/open_broker.ts'
import { startSite } from '../world/site.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 120_000
const BOX = 'gate'
const FPS = 10

/** What each does with a frame, and what is said of it. */
const bad: Record<string, { body: string; state: string; reason: RegExp }> = {
  throws: { body: `throw new Error('no such colour')`, state: 'running', reason: /no such colour/ },
  nonsense: { body: `return { all: 'well' }`, state: 'running', reason: /expected a list of detections/ },
  loops: { body: 'for (;;);', state: 'backing_off', reason: /longer than its 2 s/ },
  grows: {
    body: 'const all = []; for (;;) all.push(Buffer.alloc(8e6, 1))',
    state: 'backing_off',
    reason: /more than its 128 MiB|longer than its 2 s/
  },
  exits: { body: 'process.exit(3)', state: 'backing_off', reason: /ended with code 3/ },
  garbage: {
    body: `writeSync(3, 'this is no message at all, and a long one'); return new Promise(() => {})`,
    state: 'backing_off',
    reason: /no message/
  }
}

async function writeStrategies(dir: string, names: string[]) {
  const write = async (name: string, body: string) => {
    const module = join(dir, `${name}.ts`)
    await writeFile(module, `import { writeSync } from 'node:fs'\nexport const detect = () => { ${body} }\n`)
    return { name, module, maxFps: 5, width: 64, limitMs: 2000, memoryMiB: 128 }
  }
  const good = await write('good', 'return [{ confidence: 1, box: [0.25, 0.25, 0.5, 0.5] }]')
  const missing = { name: 'missing', module: join(dir, 'nowhere.ts') }
  return { strategies: [good, missing, ...(await Promise.all(names.map((name) => write(name, bad[name]!.body))))] }
}

test('a box with strategies of every bad kind says of each what is wrong, and its cameras miss no frame', {
  timeout: 3 * LIMIT_MS,
  retry: 0
}, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-bad-strategies-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const broker = await startOpenBroker()
  onTestFinished(() => broker.stop())
  const frames: Frame[] = []
  const findings: Frame[] = []
  broker.listen(topic(BOX, 'up/frames'), (payload) => {
    const batch = decodeFrameBatch(payload)
    frames.push(...batch.frames)
    findings.push(...batch.findings)
  })
  const detection = await writeStrategies(dir, Object.keys(bad))
  const console = { mqttPort: broker.port, url: 'http://127.0.0.1:9', secret: 'any' }
  const settings = { detection, pipeline: { maxSources: 2, adapt: false } }
  const box = await startBox({ dir, id: BOX, console, settings })
  onTestFinished(() => box.stop())
  broker.retain(topic(BOX, 'dn/desired'), decodingOnly({ door: shapes(1), yard: shapes(2) }))
  const reported = () => decode('up/reported', broker.last(topic(BOX, 'up/reported'))!)
  await eventually('both cameras live', LIMIT_MS, () =>
    broker.last(topic(BOX, 'up/reported')) === undefined
      ? false
      : Object.values(reported().cameras).filter(({ state }) => state === 'live').length === 2
  )
  const engine = engineOf(box.process.pid)

  const seen = new Set<string>()
  await eventually('each fault told', LIMIT_MS, () => {
    for (const [name, { state, reason }] of Object.entries(reported().strategies ?? {}))
      if (state === bad[name]?.state && bad[name].reason.test(reason)) seen.add(name)
    return seen.size === Object.keys(bad).length
  })
  expect(reported().strategies?.missing).toMatchObject({ reason: expect.stringContaining('could not be loaded') })
  const after = findings.filter(({ strategy }) => strategy === 'good').length
  await eventually('more findings of the good one', LIMIT_MS, () => {
    return findings.filter(({ strategy }) => strategy === 'good').length > after + 10
  })
  expect(findings.every(({ strategy }) => strategy === 'good')).toBe(true)

  for (const camera of [0, 1]) {
    const numbers = frames.filter((frame) => frame.camera === camera).map(({ number }) => number)
    expect(numbers.length).toBeGreaterThan(20)
    expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i))
  }
  expect(engineOf(box.process.pid)).toBe(engine)
  expect(reported().engine).toMatchObject({ state: 'running', restarts: 0 })
})

test('the pages name each strategy, what is wrong with it and what it found', { timeout: 4 * LIMIT_MS }, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-strategy-pages-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const detection = await writeStrategies(dir, ['throws', 'exits'])
  const site = await startSite({ cameras: [{ name: 'Path', isWatched: true }], settings: { detection } })
  onTestFinished(() => site.stop())

  const box = await site.open(`/boxes/${site.box.id}`)
  const section = box.getByRole('region', { name: 'Detection strategies' })
  const row = (name: string) => section.getByRole('row').filter({ has: box.getByRole('rowheader', { name }) })
  await row('good').getByText('Running').waitFor()
  await row('throws').getByText('no such colour').waitFor()
  await row('exits').getByText('ended with code 3').first().waitFor()
  await row('missing').getByText('could not be loaded').waitFor()
  await box.getByText('Detection strategy exits does not run').first().waitFor()

  const camera = await site.open(`/boxes/${site.box.id}/cameras/path`)
  const picture = camera.getByLabel(/^Picture of /)
  await eventually('what the good one finds on the picture', LIMIT_MS, async () => {
    return (await picture.getAttribute('data-classes'))?.split(',').includes('good')
  })
  await camera.getByText('good seen by Path').first().waitFor()
})

function shapes(seed: number): Camera {
  return cameraOf({ kind: 'test', width: 320, height: 180, fps: FPS, shapes: 2, seed })
}
