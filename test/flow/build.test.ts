import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startBox } from '../world/box.ts'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import { startConsole } from '../world/console.ts'
import { filmPictures } from '../world/film_picture.ts'
import { live } from '../world/live.ts'
import { Operator } from '../world/operator.ts'
import { eventually } from '../world/wait.ts'

/** By ship.ts. */
const built = process.env.VEDETTE_SHIPPED!
const checkout = fileURLToPath(new URL('../..', import.meta.url))
const MODEL = join(cacheDir(), 'models/ssd-mobilenet-v2-oid-1.0.0')
const LIMIT_MS = 90_000
/** Of the film: people are on it. */
const PICTURE = 100

interface Found {
  state: string
  found: number
}

test('what ships runs where there is no checkout: a box detects, and its console shows it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-shipped-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const server = await startConsole({ dataDir: join(dir, 'console') })
  onTestFinished(() => server.stop())
  const operator = new Operator(server.url)
  await operator.welcome(server.signIn ?? '', 'shipped', crypto.randomUUID())
  const { sha256 } = await operator.uploadModel(`${MODEL}.vedette.tar`)
  const { id, secret } = await operator.addBox('Shipped')
  await operator.addCamera(id, { name: 'Path', url: FOOTAGE })
  await operator.assignModel(id, sha256)
  const box = await startBox({
    dir: join(dir, 'box'),
    id,
    console: { ...server, secret }
  })
  onTestFinished(() => box.stop())
  // The page that tries the API is a file beside the program.
  const docs = await fetch(`http://127.0.0.1:${await box.port}/docs/swagger-ui-bundle.js`)
  expect([docs.status, (await docs.text()).length > 1e6]).toEqual([200, true])

  const end = new AbortController()
  onTestFinished(() => end.abort())
  for await (const { event, data } of live(operator, `box=${id}`, end.signal)) {
    const [camera] = event === 'detail' ? (data.cameras as { objectsPerFrame: number | null }[]) : []
    if ((camera?.objectsPerFrame ?? 0) > 1) return
  }
  throw new Error(`expected detections of the shipped box, but its stream ended:\n${box.process.lines.join('\n')}`)
})

test('every process of a shipped box runs: the strategies that are built in find, and a picture is looked at', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-shipped-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const template = { label: 'blue-box', file: join(checkout, 'configs/strategies/blue_box.png') }
  // A machine that is busy with tests is no strategy that is too slow.
  const common = { limitMs: 30_000 }
  const box = await startBox({
    ...{ dir, id: 'shipped' },
    settings: {
      models: [MODEL],
      cameras: { shapes: { name: 'Shapes', source: { kind: 'test', width: 640, height: 360, fps: 5 } } },
      detection: {
        strategies: [
          {
            ...common,
            name: 'blue-box',
            kind: 'template',
            templates: [template],
            config: { scales: [1], threshold: 0.85 }
          },
          { ...common, name: 'motion', kind: 'motion', width: 320, config: { minArea: 0.002 } }
        ]
      }
    }
  })
  onTestFinished(() => box.stop())
  const url = `http://127.0.0.1:${await box.port}`
  const strategies = await eventually('what the strategies find', LIMIT_MS, async () => {
    const page = (await (await fetch(`${url}/health`)).json()) as { strategies: Record<string, Found> }
    return Object.values(page.strategies).every(({ found }) => found > 0) && page.strategies
  })
  expect(strategies).toMatchObject({ 'blue-box': { state: 'running' }, motion: { state: 'running' } })

  const picture = (await filmPictures(PICTURE + 1))[PICTURE]!
  const detections = await eventually('an answer to a picture', LIMIT_MS, async () => {
    const body = new FormData()
    body.append('file', new Blob([new Uint8Array(picture)]), 'film.jpg')
    const answer = await fetch(`${url}/predict/`, { method: 'POST', body })
    // 503: the model is still on its way to the process.
    return answer.status === 200 && ((await answer.json()) as { detections: { class: string }[] }).detections
  })
  expect(detections.map((one) => one.class)).toContain('person')
})

test('the shipped command line checks settings and names its version', () => {
  const env = { ...process.env, VEDETTE_BOX_SECRET: 'secret', VEDETTE_DOOR_PASSWORD: 'password' }
  const vedette = (...args: string[]) =>
    execFileSync(process.execPath, [join(built, 'agent/vedette.js'), ...args], { cwd: built, env, encoding: 'utf8' })
  expect(vedette('--version')).toMatch(/\d+\.\d+\.\d+/)
  expect(vedette('config', 'check', join(built, 'agent/box.example.yaml'))).toContain('right')
})
