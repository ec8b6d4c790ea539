import type { EventBody } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { encodeFrame, packFrames } from '../uplink/testing/encoded_frame.ts'
import type { CameraPicture } from './box.ts'
import { door, get, noImages, startApi, type TestApi } from './testing/api.ts'

const names = { cameraAt: (index: number) => (index === 0 ? 'door' : null), classes: ['person', 'car'], model: 'ssd 1' }
const person = {
  track: 7,
  label: 0,
  confidence: 0.75,
  box: [0.5, 0.25, 0.125, 0.5] as [number, number, number, number]
}

/** One frame of the door with a person in it, as the model sees it or a strategy. */
function see({ server }: TestApi, strategy: string | null = null): void {
  server.frames(packFrames([{ camera: 0, bytes: encodeFrame(0, 1000, [person]), objects: 1 }]), names, strategy)
}

async function read(api: TestApi, path: string, init: RequestInit = {}) {
  const gone = new AbortController()
  onTestFinished(() => gone.abort())
  const answer = await fetch(api.url + path, { signal: gone.signal, ...init })
  const reader = answer.body!.getReader()
  const next = async () => Buffer.from((await reader.read()).value ?? []).toString('latin1')
  return { answer, next, gone }
}

async function connect({ url }: TestApi, path: string, options: WebSocket.ClientOptions = {}) {
  const socket = new WebSocket(url.replace('http', 'ws') + path, options)
  const heard: string[] = []
  const waiting: (() => void)[] = []
  socket.on('message', (data) => {
    heard.push(String(data))
    for (const wake of waiting.splice(0)) wake()
  })
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  const refused = new Promise<number | undefined>((resolve) => {
    socket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode))
    socket.on('open', () => resolve(undefined))
  })
  socket.on('error', () => undefined)
  onTestFinished(() => socket.terminate())
  const status = await refused
  const next = async (): Promise<string> => {
    while (heard.length === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    return heard.shift()!
  }
  return { socket, status, next, json: async () => JSON.parse(await next()), closed }
}

const live = { kind: 'camera.state', camera: 'door', state: 'live', was: 'connecting', reason: '' } satisfies EventBody

test('results come as one object a line, or as server-sent events, with names in place of numbers', async () => {
  const api = await startApi()
  const lines = await read(api, '/v1/sources/door/results')
  expect(lines.answer.headers.get('content-type')).toBe('application/x-ndjson')
  const events = await read(api, '/v1/sources/door/results', { headers: { accept: 'text/event-stream' } })
  expect((await get(api, '/stats'))[1]).toMatchObject({ total_viewers: 2 })
  see(api)
  const line = await lines.next()
  expect(JSON.parse(line)).toMatchObject({
    source: 'door',
    capturedAt: '1970-01-01T00:00:01.000Z',
    model: 'ssd 1',
    detections: [
      {
        class: 'person',
        confidence: 0.75,
        bbox: { left: 0.5, top: 0.25, width: 0.125, height: 0.5 },
        mask: null,
        track: 7,
        attributes: []
      }
    ]
  })
  expect(await events.next()).toBe(`event: result\ndata: ${line.trim()}\n\n`)
  lines.gone.abort()
  events.gone.abort()
  await expect.poll(async () => (await get(api, '/stats'))[1]).toMatchObject({ total_viewers: 0 })
})

test('results of all sources, or of one, come over a socket', async () => {
  const api = await startApi()
  const all = await connect(api, '/v1/ws')
  const one = await connect(api, '/v1/ws?source=door')
  see(api)
  expect(await all.json()).toMatchObject({ source: 'door', detections: [{ class: 'person' }] })
  expect(await one.json()).toMatchObject({ source: 'door' })
  expect(await (await connect(api, '/v1/ws?source=nobody')).closed).toBe(4404)
})

test('a camera has so many viewers and no more', async () => {
  const api = await startApi()
  await read(api, '/v1/sources/door/results')
  await read(api, '/v1/sources/door/mjpeg')
  const third = await fetch(`${api.url}/v1/sources/door/results`)
  expect([third.status, third.headers.get('retry-after')]).toEqual([503, '10'])
})

test('moving pictures come one after the other, drawn on as soon as their result is there', async () => {
  let show: (picture: CameraPicture) => void = () => undefined
  const closed: string[] = []
  const api = await startApi({
    tap: ({ camera }, onPicture) => {
      show = onPicture
      return { close: () => closed.push(camera) }
    },
    images: {
      ...noImages,
      draw: async (jpeg, detections) => Buffer.from(`${jpeg} with ${detections.map((one) => one.class)}`)
    }
  })
  const moving = await read(api, '/v1/sources/door/mjpeg?fps=2&width=320')
  expect(moving.answer.headers.get('content-type')).toBe('multipart/x-mixed-replace; boundary=vedette-picture')
  show({ jpeg: Buffer.from('picture'), width: 320, height: 180, ptsNs: 0n })
  see(api)
  let text = ''
  while (!text.includes('person')) text += await moving.next()
  expect(text).toBe(
    '--vedette-picture\r\ncontent-type: image/jpeg\r\ncontent-length: 19\r\n\r\npicture with person\r\n'
  )
  moving.gone.abort()
  await expect.poll(() => closed).toEqual(['door'])
})

test('what a strategy found is among the results with its name, and on the pictures beside what the model found', async () => {
  let show: (picture: CameraPicture) => void = () => undefined
  const api = await startApi({
    tap: (_, onPicture) => {
      show = onPicture
      return { close: () => undefined }
    },
    images: { ...noImages, draw: async (_, detections) => Buffer.from(`${detections.length} drawn`) }
  })
  const socket = await connect(api, '/v1/ws')
  const moving = await read(api, '/v1/sources/door/mjpeg')
  see(api, 'motion')
  expect(await socket.json()).toMatchObject({ source: 'door', strategy: 'motion', model: null })
  see(api)
  expect(await socket.json()).toMatchObject({ source: 'door', strategy: null, model: 'ssd 1' })
  show({ jpeg: Buffer.from('picture'), width: 320, height: 180, ptsNs: 0n })
  let text = ''
  while (!text.includes('drawn')) text += await moving.next()
  expect(text).toContain('2 drawn')
})

test('events of a stream come in the documented words, and a status when it is asked for', async () => {
  const api = await startApi()
  const watch = await connect(api, '/ws/events/door')
  expect(await watch.json()).toMatchObject({ stream: 'door', data: { type: 'status', state: 'live', codec: 'h264' } })
  watch.socket.send('ping')
  expect(await watch.next()).toBe('pong')
  api.server.event({ ...live, camera: 'yard' }, 'info')
  api.server.event(live, 'info')
  expect(await watch.json()).toMatchObject({ data: { type: 'online' } })
  expect(await watch.json()).toMatchObject({ data: { type: 'ready' } })
  api.server.event({ ...live, state: 'auth_failed', was: 'live', reason: 'Refused.' }, 'error')
  expect(await watch.json()).toMatchObject({ data: { type: 'error', reason: 'Refused.' } })
  expect(await watch.json()).toMatchObject({ data: { type: 'offline' } })
  const reader = await read(api, '/v1/sources/door/results')
  expect(await watch.json()).toMatchObject({ data: { type: 'reader_joined', viewers: 1 } })
  reader.gone.abort()
  expect(await watch.json()).toMatchObject({ data: { type: 'reader_left', viewers: 0 } })
  watch.socket.send('status')
  expect(await watch.json()).toMatchObject({ data: { type: 'status' } })
  expect(await (await connect(api, '/ws/events/nobody')).closed).toBe(4404)
})

test('the dashboard gets figures at once and events as they happen', async () => {
  const api = await startApi()
  const board = await connect(api, '/ws/dashboard')
  const data = { active_streams: 1, total_viewers: 0, uptime_seconds: 5, streams: [{ id: 'door', state: 'live' }] }
  expect(await board.json()).toMatchObject({ type: 'stats', data })
  api.server.event(live, 'info')
  expect(await board.json()).toMatchObject({ type: 'event', data: { kind: 'camera.state', severity: 'info' } })
  expect((await get(api, '/v1/events?limit=1'))[1]).toMatchObject({
    events: [{ n: 1, kind: 'camera.state', camera: 'door', state: 'live', words: 'Front door is live, was connecting' }]
  })
})

test('who is connected is present, is echoed, and is gone when it leaves', async () => {
  const api = await startApi()
  const client = await connect(api, '/ws/till-3')
  client.socket.send('hello')
  expect(await client.next()).toBe('Echo: hello')
  expect((await get(api, '/v1/clients'))[1]).toMatchObject({ clients: [{ id: 'till-3', state: 'connected' }] })
  client.socket.close()
  await expect.poll(async () => (await get(api, '/v1/clients'))[1]).toEqual({ clients: [] })
  expect((await connect(api, '/ws/bad%20name')).status).toBe(400)
})

test('sockets are guarded as everything else is', async () => {
  const api = await startApi({}, { token: { reveal: () => 'a-token-of-some-length' } })
  expect((await connect(api, '/v1/ws')).status).toBe(401)
  const headers = { authorization: 'Bearer a-token-of-some-length' }
  expect((await connect(api, '/v1/ws', { headers })).status).toBeUndefined()
  expect((await connect(api, '/v1/ws', { headers: { ...headers, origin: 'https://elsewhere.example' } })).status).toBe(
    403
  )
})

test('a long or a binary message ends its own socket only', async () => {
  const api = await startApi()
  const [long, binary] = [await connect(api, '/ws/long'), await connect(api, '/ws/binary')]
  long.socket.send('x'.repeat(5000))
  binary.socket.send(Buffer.of(0, 1))
  expect([await long.closed, await binary.closed]).toEqual([1009, 1003])
  expect((await get(api, '/stats'))[0]).toBe(200)
})

test('a source is told with its state, one that is not there is not found, a camera of the box stays', async () => {
  const api = await startApi()
  expect((await get(api, '/v1/sources'))[1]).toEqual({ sources: [{ ...door, viewers: 0 }] })
  expect((await get(api, '/v1/sources/nobody'))[0]).toBe(404)
  expect((await get(api, '/v1/sources/door', { method: 'DELETE' }))[0]).toBe(409)
})
