import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Camera, canonicalJson, type Desired, decode, decodeFrameBatch, encode, topic } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { createLog } from './log.ts'
import { type Agent, startAgent } from './main.ts'
import { parseSettings } from './settings.ts'
import { startBroker, type TestBroker } from './uplink/testing/broker.ts'

const built = existsSync(new URL('../../native/build/vedette.node', import.meta.url))
const models = join(process.env.VEDETTE_CACHE ?? join(process.env.HOME ?? '', '.cache/vedette'), 'models')
const archive = join(models, 'ssd-mobilenet-v2-oid-1.0.0.vedette.tar')

const camera: Camera = {
  name: 'Shapes',
  enabled: true,
  source: { kind: 'test', width: 320, height: 240, fps: 15, shapes: 2, seed: 1 },
  detection: { enabled: true, maxFps: 0, minConfidence: 0, classes: [] },
  frames: 'leased'
}

function desired(rev: number, parts: Partial<Desired>): string {
  const analysis = { model: null, interval: 0, tracker: 'none' as const }
  const document = { v: 1 as const, rev, name: 'Box', cameras: {}, models: {}, analysis, ...parts }
  const sha256 = createHash('sha256').update(canonicalJson(document)).digest('hex')
  return encode('dn/desired', { ...document, sha256 })
}

async function startBox(given: { settings?: string; consoleUrl?: string } = {}) {
  const broker = await startBroker()
  const directory = mkdtempSync(join(tmpdir(), 'agent-'))
  const lines: string[] = []
  const text = `
box: { id: box-1 }
dataDir: ${directory}
console: { url: "${given.consoleUrl ?? 'http://127.0.0.1:9'}", mqtt: "${broker.url}", secret: s3cret }
http: { port: 0 }
healthIntervalS: 1
${given.settings ?? ''}`
  const agent = await startAgent(parseSettings(text, 'box.yaml'), {
    log: createLog({ level: 'info', write: (line) => lines.push(line) })
  })
  onTestFinished(async () => {
    await agent.stop()
    await broker.stop()
    rmSync(directory, { recursive: true })
  })
  return { agent, broker, lines }
}

const reportedOf = (broker: TestBroker, accept: (reported: ReturnType<typeof report>) => boolean) =>
  broker.next('up/reported', ({ payload }) => accept(report(payload))).then(({ payload }) => report(payload))
const report = (payload: Uint8Array) => decode('up/reported', payload)
const say = (broker: TestBroker, payload: string) => broker.say(topic('box-1', 'dn/desired'), payload)
const get = async (agent: Agent, path: string) => (await fetch(`http://127.0.0.1:${agent.httpPort}${path}`)).text()

test('a camera comes and goes with the desired state; a bad document changes nothing', {
  timeout: 40_000,
  skip: !built
}, async () => {
  const { agent, broker } = await startBox()
  await broker.next('up/inventory')
  say(broker, desired(1, { cameras: { door: camera } }))
  await reportedOf(broker, ({ applied, cameras }) => applied?.rev === 1 && cameras.door?.state === 'live')
  say(broker, desired(2, { cameras: { door: camera } }).replace('"kind":"test"', '"kind":"rtsp"'))
  const refused = await reportedOf(broker, ({ whyNotYet }) => whyNotYet.includes('door'))
  expect(refused).toMatchObject({ applied: { rev: 1 }, cameras: { door: { state: 'live' } } })
  const catalog = decode(
    'up/catalog',
    (await broker.next('up/catalog', ({ payload }) => decode('up/catalog', payload).cameras.includes('door'))).payload
  )
  broker.say(
    topic('box-1', 'dn/watch'),
    encode('dn/watch', { v: 1, frames: ['door'], previews: [{ camera: 'door', maxFps: 5, width: 160 }], logs: true })
  )
  const batch = decodeFrameBatch((await broker.next('up/frames')).payload)
  expect([batch.catalog, batch.frames[0]?.camera]).toEqual([catalog.hash, catalog.cameras.indexOf('door')])
  expect((await broker.next('up/preview')).detail).toBe('door')
  const health = await broker.next(
    'up/health',
    ({ payload }) => (decode('up/health', payload).cameras.door?.fps ?? 0) > 5
  )
  expect(decode('up/health', health.payload).engineRssBytes).toBeGreaterThan(1e6)
  expect(JSON.parse(await get(agent, '/health'))).toMatchObject({ cameras: { door: { state: 'live' } } })
  expect(await get(agent, '/metrics')).toContain('vedette_camera_live{camera="door"} 1')
  broker.say(
    topic('box-1', 'dn/command', 'c1'),
    encode('dn/command', { v: 1, expires: '2099-01-01T00:00:00.000Z', do: { command: 'snapshot', camera: 'door' } })
  )
  const reply = decode('up/reply', (await broker.next('up/reply')).payload)
  expect(reply).toMatchObject({ ok: true, result: expect.stringMatching(/^\/9j\//) })
  say(broker, desired(3, {}))
  await reportedOf(broker, ({ applied, cameras }) => applied?.rev === 3 && cameras.door === undefined)
})

test('a rule of the desired state is told by an event, counted in health, and changed without the camera noticing', {
  timeout: 40_000,
  skip: !built
}, async () => {
  const { broker } = await startBox()
  const desk = { kind: 'absence', name: 'Desk', seconds: 1, severity: 'warning' } as const
  const events = () =>
    broker.published
      .filter(({ channel }) => channel === 'up/events')
      .flatMap(({ payload }) => decode('up/events', payload).events)
  const told = (phase: string) =>
    expect
      .poll(() => events().find((event) => event.kind === 'rule' && event.phase === phase), { timeout: 20_000 })
      .toMatchObject({ camera: 'door', rule: 'desk', name: 'Desk', what: 'absence', severity: 'warning', count: 0 })
  await broker.next('up/inventory')
  say(broker, desired(1, { cameras: { door: { ...camera, rules: { desk } } } }))
  await told('began')
  await broker.next('up/health', ({ payload }) => {
    return decode('up/health', payload).cameras.door?.rules?.desk?.ongoing === 1
  })
  const states = events().filter(({ kind }) => kind === 'camera.state').length
  const crossed = {
    desk: {
      ...desk,
      zone: [
        [0, 0],
        [1, 1],
        [1, 0],
        [0, 1]
      ] as [number, number][]
    }
  }
  say(broker, desired(2, { cameras: { door: { ...camera, rules: crossed } } }))
  const refused = await reportedOf(broker, ({ whyNotYet }) => whyNotYet.includes('move point 3'))
  expect(refused.applied?.rev).toBe(1)
  say(broker, desired(3, { cameras: { door: camera } }))
  await told('ended')
  await reportedOf(broker, ({ applied, cameras }) => applied?.rev === 3 && cameras.door?.state === 'live')
  expect(events().filter(({ kind }) => kind === 'camera.state')).toHaveLength(states)
})

test('downloads the model of the desired state, detects with it and names its classes', {
  timeout: 60_000,
  skip: !built || !existsSync(archive)
}, async () => {
  const bytes = await readFile(archive)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const server = createServer((request, response) => {
    const right = `Basic ${Buffer.from('box-1:s3cret').toString('base64')}`
    const isKnown = request.url === `/packages/${sha256}` && request.headers.authorization === right
    response.writeHead(isKnown ? 200 : 404).end(isKnown ? bytes : '')
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const { broker, lines } = await startBox({ consoleUrl: `http://127.0.0.1:${port}` })
  const model = { name: 'ssd-mobilenet-v2-oid', version: '1.0.0', sha256, bytes: bytes.length }
  await broker.next('up/inventory')
  say(
    broker,
    desired(1, {
      cameras: { door: camera },
      models: { ssd: model },
      analysis: { model: 'ssd', interval: 0, tracker: 'default' }
    })
  )
  await reportedOf(broker, ({ models, cameras }) => models.ssd?.state === 'running' && cameras.door?.state === 'live')
  const named = await broker.next('up/catalog', ({ payload }) => decode('up/catalog', payload).classes.length === 23)
  expect(decode('up/catalog', named.payload).model).toEqual({ name: model.name, version: model.version, sha256 })
  broker.say(topic('box-1', 'dn/watch'), encode('dn/watch', { v: 1, frames: ['door'], previews: [], logs: false }))
  expect(decodeFrameBatch((await broker.next('up/frames')).payload).catalog).toBe(
    decode('up/catalog', named.payload).hash
  )
  expect(lines.join('')).not.toContain('s3cret')
})

test('a box alone runs the cameras and the model of its settings', {
  timeout: 40_000,
  skip: !built || !existsSync(archive)
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'agent-'))
  const text = `
box: { id: box-1 }
dataDir: ${directory}
http: { port: 0 }
models: [${join(models, 'ssd-mobilenet-v2-oid-1.0.0')}]
cameras: { shapes: { source: { kind: test } } }`
  const agent = await startAgent(parseSettings(text, 'box.yaml'), {
    log: createLog({ level: 'info', write: () => {} })
  })
  onTestFinished(async () => {
    await agent.stop()
    rmSync(directory, { recursive: true })
  })
  await expect
    .poll(() => [agent.health().reasons, agent.health().cameras.shapes?.state], { timeout: 30_000 })
    .toEqual([[], 'live'])
})

test('a package of the settings that does not read, and a model that is not there, are said by name', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'agent-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const start = (more: string) =>
    startAgent(parseSettings(`box: { id: b }\ndataDir: ${directory}\nhttp: { port: 0 }\n${more}`, 'box.yaml'), {
      log: createLog({ level: 'info', write: () => {} })
    })
  await expect(start('models: [/nowhere/at/all]')).rejects.toThrow('/nowhere/at/all')
  await expect(start('analysis: { model: nanodet }')).rejects.toThrow('received "nanodet"; there are: none')
})
