/**
 * `./dev demo [--check] [--video FILE]`: a console, two boxes and four RTSP cameras on real footage.
 * With --check nobody needs to look: a headless browser does, and the last line is one JSON object.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type RunningBox, startBox } from './box.ts'
import { cacheDir, FOOTAGE } from './cache.ts'
import { startCameras } from './camera.ts'
import { type RunningConsole, startConsole } from './console.ts'
import { checkDemo } from './demo_check.ts'
import { makeFootage } from './footage.ts'
import { Operator } from './operator.ts'

const MODEL = 'ssd-mobilenet-v2-oid-1.0.0.vedette.tar'
const CAMERA_AUTH = { user: 'demo', password: 'vedette demo' }

const BOXES = [
  {
    name: 'North gate',
    cameras: [
      { name: 'Path', offsetS: 0 },
      { name: 'Lawn', offsetS: 20 }
    ]
  },
  {
    name: 'South gate',
    cameras: [
      { name: 'Crossing', offsetS: 40 },
      { name: 'Van', offsetS: 60 }
    ]
  }
]

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, video: { type: 'string' } } })
const dir = await mkdtemp(join(tmpdir(), 'vedette-demo-'))
const stops: (() => Promise<void>)[] = []
let code = 0

try {
  await demo()
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : error}`)
  code = 1
}
for (const stop of stops.toReversed()) await stop()
await rm(dir, { recursive: true, force: true })
process.exit(code)

async function demo(): Promise<void> {
  const began = performance.now()
  const { video } = values
  const film = video === undefined ? FOOTAGE : await makeFootage({ video, target: join(dir, 'film.mp4') })
  const mounts = BOXES.flatMap(({ cameras }) =>
    cameras.map(({ name, offsetS }) => ({ name: name.toLowerCase(), film, offsetS }))
  )
  const street = await startCameras({ mounts, auth: `${CAMERA_AUTH.user}:${CAMERA_AUTH.password}` })
  stops.push(() => street.stop())
  const server = await startConsole({ dataDir: join(dir, 'console') })
  stops.push(() => server.stop())
  if (server.signIn === undefined) throw new Error('expected a one-time sign-in link from a new console')

  // The link on the screen stays for the person; the demo signs in with one of its own.
  const operator = new Operator(server.url)
  await operator.welcome(server.signIn, 'demo', crypto.randomUUID())
  const model = await operator.uploadModel(join(cacheDir(), 'models', MODEL))
  const boxes: { id: string; cameras: string[] }[] = []
  for (const box of BOXES) {
    const { id, secret } = await operator.addBox(box.name)
    for (const { name } of box.cameras)
      await operator.addCamera(id, { name, url: street.url(name.toLowerCase()), ...CAMERA_AUTH })
    await operator.assignModel(id, model.sha256)
    const agent = await startDemoBox(server, { id, secret })
    stops.push(() => agent.stop())
    boxes.push({ id, cameras: box.cameras.map(({ name }) => name.toLowerCase()) })
  }

  if (values.check) {
    const figures = await checkDemo({ operator, boxes, began })
    console.log(JSON.stringify(figures))
    return
  }
  const invitation = await operator.invite()
  console.log(`\nVedette runs at ${server.url}\nSign in once with   ${invitation}\n\nStop it with Ctrl+C.`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}

function startDemoBox(server: RunningConsole, { id, secret }: { id: string; secret: string }): Promise<RunningBox> {
  return startBox({
    dir: join(dir, id),
    id,
    console: { url: server.url, mqttPort: server.mqttPort, secret },
    settings: { logLevel: 'warn', pipeline: { maxSources: 4, inferThreads: 1 }, limits: { holdS: 3600 } }
  })
}
