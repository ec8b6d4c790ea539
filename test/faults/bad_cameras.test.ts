// Cameras of every bad kind on one box, beside a good one: each is told for what it is, the good one misses nothing.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningBox, startBox } from '../world/box.ts'
import { FOOTAGE } from '../world/cache.ts'
import { type StreetOptions, startCameras } from '../world/camera.ts'
import { type Certificate, makeCertificate } from '../world/certificate.ts'
import { freePort, type RunningConsole, startConsole } from '../world/console.ts'
import { type CameraMetrics, cameraMetrics } from '../world/metrics.ts'
import { Operator } from '../world/operator.ts'
import { type Shown, watchPage } from '../world/shown.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 90_000
const LOGIN = { user: 'site', password: 'p:ss w@rd/%41' }
/** With every sign that a URL, a header or a page would write in another way. */
const WRONG = `wr0ng ${randomBytes(6).toString('hex')}+/%?&<ä`

const stops: (() => Promise<unknown>)[] = []
let dir: string
let server: RunningConsole
let operator: Operator
let id: string
let box: RunningBox
let before: CameraMetrics
let shown: Shown
/** Whatever went over MQTT. */
const messages: string[] = []

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vedette-bad-'))
  stops.push(() => rm(dir, { recursive: true, force: true }))
  const street = await open({ mounts: [{ name: 'good', film: FOOTAGE }], auth: `${LOGIN.user}:${LOGIN.password}` })
  server = await startConsole({ dataDir: join(dir, 'console') })
  stops.push(() => server.stop())
  operator = new Operator(server.url)
  await operator.welcome(server.signIn ?? '', 'Ada', crypto.randomUUID())
  const added = await operator.addBox('Gate')
  id = added.id
  // A second of buffer: what a busy machine delivers late is not what this is about.
  await operator.addCamera(id, { name: 'good', url: street.url('good'), latencyMs: 1000, ...LOGIN })
  shown = watchPage(operator, id)
  stops.push(() => shown.stop())
  await listen()
  box = await startBox({
    ...{ dir: join(dir, id), id },
    console: { url: server.url, mqttPort: server.mqttPort, secret: added.secret },
    env: { VEDETTE_DISABLE_DECODERS: 'avdec_h265,libde265dec' }
  })
  stops.push(() => box.stop())
  before = await eventually('frames of the good camera', LIMIT_MS, async () => {
    const metrics = await cameraMetrics(box, 'good')
    return metrics !== null && metrics.framesDecoded > 10 && metrics
  })
  await addBadCameras(street.url)
})

afterAll(async () => {
  for (const stop of stops.toReversed()) await stop()
})

async function addBadCameras(url: (name: string) => string): Promise<void> {
  const alone = (script: 'nokeyframe' | 'h265') => open({ mounts: [{ name: script, film: FOOTAGE, script }] })
  const [keyless, hevc] = [await alone('nokeyframe'), await alone('h265')]
  const certificate = makeCertificate(dir)
  const secure = await open({ mounts: [{ name: 'secure', film: FOOTAGE }], certificate })
  await writeFile(join(dir, 'noise.mp4'), randomBytes(200_000))
  await makeUnfinished(join(dir, 'unfinished.mp4'))
  const cameras = [
    { name: 'refusing', url: `rtsp://127.0.0.1:${await freePort()}/x` },
    { name: 'unknown', url: 'rtsp://camera.invalid/x' },
    { name: 'elsewhere', url: url('elsewhere'), ...LOGIN },
    { name: 'locked', url: url('good'), user: LOGIN.user, password: WRONG },
    { name: 'keyless', url: keyless.url('nokeyframe') },
    { name: 'hevc', url: hevc.url('h265') },
    { name: 'secure', url: secure.url('secure') },
    { name: 'foreign', url: await serveOverTls(certificate) },
    { name: 'noise', url: join(dir, 'noise.mp4') },
    { name: 'unfinished', url: join(dir, 'unfinished.mp4') },
    { name: 'missing', url: join(dir, 'missing.mp4') },
    { name: 'unplugged', url: '/dev/video99' },
    { name: 'gone', url: `http://127.0.0.1:${await freePort()}/film.mp4` }
  ]
  for (const camera of cameras) await operator.addCamera(id, camera)
}

test.each([
  ['refusing', 'backing_off', /refused the connection.*Check its port and power/],
  ['unknown', 'backing_off', /host name is not known.*Check the address/],
  ['elsewhere', 'backing_off', /no such stream, file or device.*Check the address/],
  ['locked', 'auth_failed', /camera refused the password.*Edit credentials/],
  ['keyless', 'stalled', /no keyframe came within 30 s/],
  ['hevc', 'unsupported', /expected a decoder for h265, found none.*Set the camera to H.264 or install a decoder/],
  ['secure', 'backing_off', /certificate is not one that this box trusts.*Install its authority/],
  ['foreign', 'backing_off', /certificate is not one that this box trusts/],
  ['noise', 'backing_off', /stream or file is damaged.*Check the file/],
  ['unfinished', 'backing_off', /stream or file is damaged.*Check the file/],
  ['missing', 'backing_off', /no such stream, file or device.*Check the address/],
  ['unplugged', 'backing_off', /no such stream, file or device.*Check the address/],
  ['gone', 'backing_off', /refused the connection/]
])('the page says what is wrong with the camera that is %s', async (camera, state, reason) => {
  await shown.says(camera, new RegExp(`^${state}: .*${reason.source}`), { limitMs: LIMIT_MS })
  expect(box.process.lines.some((line) => line.includes(`"camera":"${camera}"`) && reason.test(line))).toBe(true)
})

test('the good camera beside them has missed nothing', async () => {
  const now = await cameraMetrics(box, 'good')
  expect(now?.framesDecoded).toBeGreaterThan(before.framesDecoded)
  expect(now?.ptsGaps).toBe(before.ptsGaps)
})

test('no password is on a page, in a log, in a message or on a disk', async () => {
  const pages = ['', '/edit', '/cameras/locked', '/edit?camera=locked'].map((page) => `/boxes/${id}${page}`)
  const texts = await Promise.all([...pages, '/settings'].map(async (page) => (await operator.get(page)).text()))
  expect(texts.filter((text) => text.includes('locked')).length).toBeGreaterThan(2)
  expect(messages.filter((message) => message.includes('locked')).length).toBeGreaterThan(2)
  texts.push(...(await filesOf(dir)), ...messages, ...box.process.lines, ...server.process.lines)
  for (const password of [WRONG, LOGIN.password]) {
    const escaped = password.replace('&', '&amp;').replace('<', '&lt;')
    const base64 = Buffer.from(`${LOGIN.user}:${password}`).toString('base64')
    const forms = [password, escaped, encodeURIComponent(password), JSON.stringify(password).slice(1, -1), base64]
    expect(texts.filter((text) => forms.some((form) => text.includes(form)))).toEqual([])
  }
})

async function open(options: StreetOptions) {
  const street = await startCameras(options)
  stops.push(() => street.stop())
  return street
}

async function serveOverTls({ cert, key }: Certificate): Promise<string> {
  const server = createServer({ cert: await readFile(cert), key: await readFile(key) }, (_, response) => response.end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(async () => server.close())
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/film.mp4`
}

/** A recorder that lost its power: the index, which an MP4 has at its end, is missing. */
async function makeUnfinished(path: string): Promise<void> {
  const line = `videotestsrc num-buffers=50 ! x264enc ! mp4mux ! filesink location=${path}`
  await promisify(execFile)('gst-launch-1.0', ['-q', ...line.split(' ')])
  await truncate(path, 30_000)
}

async function listen(): Promise<void> {
  const username = 'auditor'
  const { password } = await operator.addReader(username)
  const reader = await connectAsync(`mqtt://127.0.0.1:${server.readOnlyPort}`, { username, password })
  stops.push(() => reader.endAsync(true))
  reader.on('message', (_topic, payload) => void messages.push(payload.toString()))
  await reader.subscribeAsync('#')
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.mp4'))
  return Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))
}
