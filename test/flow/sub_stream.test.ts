// A camera with two streams: the small one is analysed, the large one is read while somebody looks, and only then.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decode, decodeFrameBatch, encode, LEASE_MS, topic, type Watch } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { startBox } from '../world/box.ts'
import { FOOTAGE } from '../world/cache.ts'
import { startCameras } from '../world/camera.ts'
import { cameraOf, decodingOnly } from '../world/desired_document.ts'
import { startOpenBroker } from '../world/open_broker.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 60_000
const BOX = 'gate'
const MAIN = { width: 768, height: 576 }
const SUB = { width: 384, height: 288 }

test('the sub-stream is analysed; pictures are of the main stream while somebody looks, of the sub-stream when it is down', {
  timeout: 4 * LIMIT_MS,
  retry: 0
}, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-sub-stream-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const mounts = [
    { name: 'main', film: FOOTAGE },
    { name: 'sub', film: await makeSmallFilm(dir) }
  ]
  const street = await startCameras({ mounts })
  onTestFinished(() => street.stop())
  const main = await startRelay(street.port)
  onTestFinished(main.cut)
  const broker = await startOpenBroker()
  onTestFinished(() => broker.stop())
  const options = { mqttPort: broker.port, url: 'http://127.0.0.1:9', secret: 'any' }
  const box = await startBox({ dir, id: BOX, console: options, settings: { pipeline: { maxSources: 1 } } })
  onTestFinished(() => box.stop())
  const frame = () => {
    const payload = broker.last(topic(BOX, 'up/frames'))
    return payload && decodeFrameBatch(payload).frames.at(-1)
  }
  const preview = () => jpegSize(broker.last(topic(BOX, 'up/preview', 'yard')))
  const lease = (previews: Watch['previews']) =>
    broker.retain(topic(BOX, 'dn/watch'), encode('dn/watch', { v: 1, frames: [], previews, logs: false }))
  const look = () => {
    const renew = () => lease([{ camera: 'yard', maxFps: 5, width: 1920 }])
    renew()
    const renewal = setInterval(renew, LEASE_MS / 3)
    onTestFinished(() => clearInterval(renewal))
    return () => {
      clearInterval(renewal)
      lease([])
    }
  }
  const snapshot = async (id: string) => {
    const expires = new Date(Date.now() + LIMIT_MS).toISOString()
    const command = { v: 1, expires, do: { command: 'snapshot', camera: 'yard' } } as const
    broker.retain(topic(BOX, 'dn/command', id), encode('dn/command', command))
    const reply = await eventually(`the reply ${id}`, LIMIT_MS, () => broker.last(topic(BOX, 'up/reply', id)))
    const { ok, message, result } = decode('up/reply', reply)
    if (!ok) throw new Error(message)
    return jpegSize(Buffer.from(String(result), 'base64'))
  }

  const url = `rtsp://127.0.0.1:${main.port}/main`
  broker.retain(topic(BOX, 'dn/desired'), document({ url, detectUrl: street.url('sub') }))
  const first = await eventually('a frame', LIMIT_MS, frame)
  expect(first).toMatchObject(SUB)
  expect(main.connections()).toBe(0)

  expect(await snapshot('first')).toEqual(MAIN)
  await eventually('the end of the main stream', LIMIT_MS, () => main.connections() === 0)

  const leave = look()
  await eventually('a preview of the main stream', LIMIT_MS, () => preview()?.width === MAIN.width)
  expect(main.connections()).toBe(1)
  expect(preview()).toEqual(MAIN)

  main.cut()
  await eventually('a preview of the sub-stream', LIMIT_MS, () => preview()?.width === SUB.width)
  expect(await snapshot('second')).toEqual(SUB)

  await main.listen()
  await eventually('the main stream back', LIMIT_MS, () => preview()?.width === MAIN.width)
  leave()
  await eventually('the end of the main stream', LIMIT_MS, () => main.connections() === 0)
  const { number } = frame()!
  const later = await eventually('more frames', LIMIT_MS, () => frame()!.number > number + 10 && frame())
  expect(later).toMatchObject(SUB)
  expect(later.ptsNs).toBeGreaterThan(first.ptsNs)
})

function document({ url, detectUrl }: { url: string; detectUrl: string }): string {
  return decodingOnly({ yard: cameraOf({ kind: 'rtsp', url, detectUrl, transport: 'tcp', latencyMs: 100 }) })
}

/** The footage as a camera's smaller stream; returns its path. */
async function makeSmallFilm(dir: string): Promise<string> {
  const path = join(dir, 'small.mp4')
  const line =
    `filesrc location=${FOOTAGE} ! qtdemux ! h264parse ! avdec_h264 ! videoscale ! ` +
    `video/x-raw,width=${SUB.width},height=${SUB.height} ! x264enc bframes=0 key-int-max=10 speed-preset=ultrafast ! ` +
    `h264parse ! mp4mux ! filesink location=${path}`
  await promisify(execFile)('gst-launch-1.0', ['-q', ...line.split(' ')])
  return path
}

/** In front of a camera: counts its connections, and can be cut. */
async function startRelay(to: number) {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    open.add(near)
    near.pipe(far).pipe(near)
    near.on('close', () => {
      open.delete(near)
      far.destroy()
    })
    far.on('close', () => near.destroy())
    for (const socket of [near, far]) socket.on('error', () => socket.destroy())
  })
  let port = 0
  const listen = async () => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  await listen()
  const cut = () => {
    server.close()
    for (const socket of open) socket.destroy()
  }
  return { port, listen, cut, connections: () => open.size }
}

/** From the start of frame (ITU T.81 B.2.2). */
function jpegSize(jpeg: Buffer | undefined): { width: number; height: number } | null {
  if (!jpeg) return null
  for (let at = 2; at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2))
    if (jpeg[at + 1] === 0xc0) return { width: jpeg.readUInt16BE(at + 7), height: jpeg.readUInt16BE(at + 5) }
  return null
}
