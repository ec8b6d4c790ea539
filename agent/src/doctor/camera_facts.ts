/** Whether what the cameras are read from is there: an address that takes a connection, a file, a device. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Camera, Id } from '@vedette/protocol'

export interface CameraFact {
  id: Id
  streams: StreamFact[]
}

export interface StreamFact {
  /** `detectUrl` of a camera with two streams. */
  isDetection: boolean
  /** Address, path or device. */
  place: string
  reached: { ms: number } | { code: string; message: string }
  /** Of the main stream it has the very address. */
  isSame: boolean
}

/** A camera in the same building answers within milliseconds, over a link of the worst kind within a second. */
const LIMIT_MS = 3_000
const PORTS: Readonly<Record<string, number>> = { 'rtsp:': 554, 'rtsps:': 322, 'http:': 80, 'https:': 443 }

/** Of those that are enabled. */
export function cameraFacts(cameras: Record<Id, Camera>): Promise<CameraFact[]> {
  const enabled = Object.entries(cameras).filter(([, { enabled }]) => enabled)
  return Promise.all(enabled.map(async ([id, { source }]) => ({ id, streams: await streamsOf(source) })))
}

async function streamsOf(source: Camera['source']): Promise<StreamFact[]> {
  switch (source.kind) {
    case 'rtsp': {
      const { url, detectUrl } = source
      const main = stream(url, () => reach(url))
      if (detectUrl === undefined) return [await main]
      const detection = stream(detectUrl, () => reach(detectUrl), { isDetection: true, isSame: detectUrl === url })
      return Promise.all([main, detection])
    }
    case 'http':
      return [await stream(source.url, () => reach(source.url))]
    case 'file':
      return [await stream(source.path, () => access(source.path, constants.R_OK))]
    case 'v4l2':
      return [await stream(source.device, () => access(source.device, constants.R_OK | constants.W_OK))]
    case 'test':
      return []
  }
}

async function stream(
  place: string,
  touch: () => Promise<void>,
  kind = { isDetection: false, isSame: false }
): Promise<StreamFact> {
  const began = performance.now()
  const reached = await touch().then(
    () => ({ ms: performance.now() - began }),
    ({ code, message }: NodeJS.ErrnoException) => ({ code: code ?? '', message })
  )
  return { place, reached, ...kind }
}

function reach(url: string): Promise<void> {
  const { hostname, port, protocol } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || PORTS[protocol]),
    timeout: LIMIT_MS
  })
  socket.once('connect', () => resolve())
  socket.once('error', reject)
  socket.once('timeout', () => reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
  return promise.finally(() => socket.destroy())
}
