import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPipeline, type Frames } from '@vedette/native'
import { detectorStage } from '@vedette/native/stage'
import { decodeFrameBatch } from '@vedette/protocol'
import sharp from 'sharp'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { cacheDir } from '../world/cache.ts'
import { filmPictures } from '../world/film_picture.ts'
import { type LoneBox, startLoneBox } from '../world/lone_box.ts'
import { type Operation, operationsOf } from '../world/openapi.ts'
import { eventually } from '../world/wait.ts'

const MODEL = join(cacheDir(), 'models/ssd-mobilenet-v2-oid-1.0.0')
const FRAME = 100
let box: LoneBox
let picture: Buffer

interface Found {
  class: string
  confidence: number
  bbox: { left: number; top: number; width: number; height: number }
}

beforeAll(async () => {
  picture = (await filmPictures(FRAME + 1))[FRAME]!
  box = await startLoneBox()
  return () => box.stop()
})

function form(...files: Buffer[]): FormData {
  const body = new FormData()
  for (const [i, file] of files.entries()) body.append('file', new Blob([new Uint8Array(file)]), `${i}.jpg`)
  return body
}

async function predict(bytes: Buffer, at = box): Promise<{ detections: Found[]; width: number; height: number }> {
  const answer = await fetch(`${at.url}/predict/`, { method: 'POST', body: form(bytes) })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Awaited<ReturnType<typeof predict>>
}

/** How each endpoint is asked, by those that know only this description. An endpoint without a line here fails the test. */
const asked: Record<string, () => Promise<Response | number>> = {
  'GET /health': () => fetch(`${box.url}/health?detailed=1`),
  'GET /stats': () => fetch(`${box.url}/stats`),
  'GET /metrics': () => fetch(`${box.url}/metrics`),
  'GET /v1/events': () => fetch(`${box.url}/v1/events?limit=5`),
  'GET /v1/alerts': () => fetch(`${box.url}/v1/alerts?held=1&limit=5`),
  'GET /v1/clients': () => fetch(`${box.url}/v1/clients`),
  'GET /v1/sources': () => fetch(`${box.url}/v1/sources`),
  'GET /v1/sources/{id}': () => fetch(`${box.url}/v1/sources/door`),
  'GET /v1/sources/{id}/snapshot': () => fetch(`${box.url}/v1/sources/door/snapshot?width=320&annotate=1`),
  'GET /v1/sources/{id}/mjpeg': () => begun('/v1/sources/door/mjpeg?fps=2'),
  'GET /v1/sources/{id}/results': () => begun('/v1/sources/door/results?format=sse'),
  'POST /v1/sources': () => post('/v1/sources', { url: 'test:' }),
  'DELETE /v1/sources/{id}': async () => {
    const { id } = (await (await post('/v1/sources', { url: 'test:' })).json()) as { id: string }
    return fetch(`${box.url}/v1/sources/${id}`, { method: 'DELETE' })
  },
  'POST /v1/session': () => post('/v1/session', { token: 'no token is needed here' }),
  'POST /predict/': () => fetch(`${box.url}/predict/`, { method: 'POST', body: form(picture) }),
  'POST /v1/infer': () => fetch(`${box.url}/v1/infer?annotate=1`, { method: 'POST', body: form(picture, picture) }),
  'GET /v1/ws': () => opened('/v1/ws?source=door'),
  'GET /ws/events/{stream}': () => opened('/ws/events/door'),
  'GET /ws/dashboard': () => opened('/ws/dashboard'),
  'GET /ws/{client_id}': () => opened('/ws/till-3')
}

const post = (path: string, body: object) =>
  fetch(box.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })

/** An answer without an end: its beginning is enough. */
async function begun(path: string): Promise<Response> {
  const gone = new AbortController()
  const answer = await fetch(box.url + path, { signal: gone.signal })
  const { value } = await answer.body!.getReader().read()
  gone.abort()
  expect(value?.length).toBeGreaterThan(0)
  return answer
}

function opened(path: string): Promise<number> {
  const socket = new WebSocket(box.url.replace('http', 'ws') + path)
  return new Promise((resolve) => {
    socket.onopen = () => {
      socket.close()
      resolve(101)
    }
    socket.onerror = () => resolve(0)
  })
}

test('every endpoint is described, answers, and with a status that its description names', async () => {
  const operations = await operationsOf(box.url)
  const nameOf = ({ method, path }: Operation) => `${method} ${path}`
  expect(operations.map(nameOf).toSorted()).toEqual(Object.keys(asked).toSorted())
  for (const operation of operations) {
    const answer = await asked[nameOf(operation)]!()
    const status = typeof answer === 'number' ? answer : answer.status
    expect([nameOf(operation), Object.keys(operation.responses)]).toEqual([
      nameOf(operation),
      expect.arrayContaining([String(status)])
    ])
    // A box without a token has no session; one whose clock nobody keeps, as on a machine of tests, is not well.
    const mayRefuse = ['POST /v1/session', 'GET /health'].includes(nameOf(operation))
    expect([nameOf(operation), status < 300 || mayRefuse]).toEqual([nameOf(operation), true])
  }
  const { sources } = (await (await fetch(`${box.url}/v1/sources`)).json()) as {
    sources: { id: string; origin: string }[]
  }
  for (const { id, origin } of sources)
    if (origin === 'api') await fetch(`${box.url}/v1/sources/${id}`, { method: 'DELETE' })
})

test('a picture is seen as the pipeline sees the same frame', async () => {
  const { detections, width, height } = await predict(picture)
  expect([width, height]).toEqual([768, 576])
  const reference = await seenByPipeline(picture)
  const sure = ({ confidence }: Found) => confidence > 0.5
  expect(reference.filter(sure).length).toBeGreaterThan(2)
  for (const one of reference.filter(sure))
    expect([one, detections.some((other) => agree(one, other))]).toEqual([one, true])
  for (const one of detections.filter(sure))
    expect([one, reference.some((other) => agree(one, other))]).toEqual([one, true])
})

test('PNG, WebP and BMP of the same picture are seen alike, and a large JPEG as its small copy', async () => {
  const sure = async (bytes: Buffer) => (await predict(bytes)).detections.filter(({ confidence }) => confidence > 0.5)
  const expected = await sure(await sharp(picture).png().toBuffer())
  const large = await sharp(picture)
    .resize(768 * 4, 576 * 4, { kernel: 'linear' })
    .jpeg({ quality: 95 })
    .toBuffer()
  for (const bytes of [await sharp(picture).webp({ lossless: true }).toBuffer(), await bmp(picture), large]) {
    const { detections } = await predict(bytes)
    for (const one of expected) expect([one, detections.some((other) => agree(one, other))]).toEqual([one, true])
  }
})

test('a stream by address runs, tells results, is not shown with its password, and ends', async () => {
  const added = await post('/v1/sources', { url: 'test:', name: 'Pattern' })
  expect(added.status).toBe(201)
  const at = box.url + added.headers.get('location')
  onTestFinished(async () => void (await fetch(at, { method: 'DELETE' })))
  await eventually(
    'the pattern',
    60_000,
    async () => ((await (await fetch(at)).json()) as { state: string }).state === 'live'
  )
  const gone = new AbortController()
  const results = await fetch(`${at}/results`, { signal: gone.signal })
  const line = Buffer.from((await results.body!.getReader().read()).value!).toString()
  gone.abort()
  expect(JSON.parse(line.split('\n')[0]!)).toMatchObject({
    source: expect.stringMatching(/^api-/),
    width: 640,
    height: 360
  })
  const health = (await (await fetch(`${box.url}/health`)).json()) as { cameras: object }
  expect(Object.keys(health.cameras)).toEqual(['door'])
  const secret = await post('/v1/sources', { url: 'rtsp://ada77:hunter22@127.0.0.1:9/x' })
  const shown = await secret.text()
  expect(shown).not.toMatch(/hunter22|ada77/)
  const { id } = JSON.parse(shown) as { id: string }
  const all =
    JSON.stringify(await (await fetch(`${box.url}/health?detailed=1`)).json()) + box.box.process.lines.join('\n')
  expect(all).not.toContain('hunter22')
  for (const path of [`/v1/sources/${id}`, added.headers.get('location')])
    expect((await fetch(box.url + path, { method: 'DELETE' })).status).toBe(204)
  expect((await fetch(at)).status).toBe(404)
})

test('two hundred pictures at once are all answered, and more than fit are told to come again', async () => {
  const answers = await Promise.all(Array.from({ length: 200 }, () => predict(picture)))
  expect(new Set(answers.map(({ detections }) => detections.length)).size).toBe(1)
  const narrow = await startLoneBox({ http: { port: 0, images: { maxWaiting: 4 } }, cameras: {} })
  onTestFinished(() => narrow.stop())
  const crowd = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const answer = await fetch(`${narrow.url}/predict/`, { method: 'POST', body: form(picture) })
      await answer.arrayBuffer()
      return { status: answer.status, retryAfter: answer.headers.get('retry-after') }
    })
  )
  expect(new Set(crowd.map(({ status }) => status))).toEqual(new Set([200, 429]))
  expect(crowd.filter(({ status }) => status === 429).every(({ retryAfter }) => retryAfter === '1')).toBe(true)
})

/** The same class, nearly the same place, and nearly as sure. */
function agree(one: Found, other: Found): boolean {
  return (
    one.class === other.class &&
    overlap(one.bbox, other.bbox) > 0.8 &&
    Math.abs(one.confidence - other.confidence) < 0.12
  )
}

function overlap(a: Found['bbox'], b: Found['bbox']): number {
  const w = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)
  const h = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top)
  const both = Math.max(0, w) * Math.max(0, h)
  return both / (a.width * a.height + b.width * b.height - both)
}

/** Decoded whole, scaled by the pipeline itself. */
async function seenByPipeline(jpeg: Buffer): Promise<Found[]> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const seen = Promise.withResolvers<Frames>()
  const pipeline = createPipeline(
    {
      ...{ family: 'cpu', maxSources: 1, batchedPushTimeoutUs: 1000, width, height, tracker: null, inferThreads: 1 },
      stages: [detectorStage(join(MODEL, 'nvinfer.txt'))]
    },
    {
      frames: (frames) => seen.resolve(frames),
      source: () => undefined,
      stats: () => undefined,
      error: (error) => seen.reject(new Error(error.message))
    }
  )
  onTestFinished(() => pipeline.stop())
  await pipeline.start()
  const input = { kind: 'push' as const, width, height, format: 'RGB' as const }
  const { slot } = await pipeline.addSource({
    name: 'frame',
    index: 0,
    input,
    policy: 'every-frame',
    maxAnalysedFps: 0
  })
  await eventually('the frame to be taken', 20_000, () => pipeline.push(slot, data, 0n))
  const labels = readFileSync(join(MODEL, 'labels.txt'), 'utf8').trim().split('\n')
  const [frame] = decodeFrameBatch((await seen.promise).bytes).frames
  return Array.from(frame!.classId, (id, i) => ({
    class: labels[id]!,
    confidence: frame!.confidence[i]!,
    bbox: { left: frame!.left[i]!, top: frame!.top[i]!, width: frame!.boxWidth[i]!, height: frame!.boxHeight[i]! }
  }))
}

/** 24 bits, rows from below. */
async function bmp(jpeg: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true })
  const stride = Math.ceil((info.width * 3) / 4) * 4
  const file = Buffer.alloc(54 + stride * info.height)
  file.write('BM')
  for (const [at, value] of [
    [10, 54],
    [14, 40],
    [18, info.width],
    [22, info.height]
  ] as const)
    file.writeUInt32LE(value, at)
  file.writeUInt16LE(24, 28)
  for (let y = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      const from = (y * info.width + x) * 3
      const to = 54 + (info.height - 1 - y) * stride + x * 3
      for (let i = 0; i < 3; i++) file[to + i] = data[from + 2 - i]!
    }
  }
  return file
}
