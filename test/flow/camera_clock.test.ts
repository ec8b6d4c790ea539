// What a camera's own clock says: on every frame, and how far off it is.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode, decodeFrameBatch, type Frame, topic } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { startBox } from '../world/box.ts'
import { FOOTAGE } from '../world/cache.ts'
import { startCameras } from '../world/camera.ts'
import { cameraOf, decodingOnly } from '../world/desired_document.ts'
import { startOpenBroker } from '../world/open_broker.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 60_000
const BOX = 'gate'
const AHEAD_S = 40
/** Of a busy machine: reports and frames wait for a processor. */
const LATE_MS = 5_000

test('a camera tells when it sent each frame and how far its clock is off; one without sender reports tells nothing', {
  timeout: 3 * LIMIT_MS,
  retry: 0
}, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-camera-clock-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const street = await startCameras({
    mounts: [
      { name: 'right', film: FOOTAGE },
      { name: 'ahead', film: FOOTAGE, clockAheadS: AHEAD_S }
    ]
  })
  onTestFinished(() => street.stop())
  const broker = await startOpenBroker()
  onTestFinished(() => broker.stop())
  const console = { mqttPort: broker.port, url: 'http://127.0.0.1:9', secret: 'any' }
  const box = await startBox({ dir, id: BOX, console, settings: { pipeline: { maxSources: 3 } } })
  onTestFinished(() => box.stop())
  const rtsp = (name: string) => ({
    kind: 'rtsp' as const,
    url: street.url(name),
    transport: 'tcp' as const,
    latencyMs: 100
  })
  const cameras = {
    right: cameraOf(rtsp('right')),
    ahead: cameraOf(rtsp('ahead')),
    shapes: cameraOf({ kind: 'test', width: 320, height: 240, fps: 10, shapes: 1, seed: 1 })
  }
  broker.retain(topic(BOX, 'dn/desired'), decodingOnly(cameras))

  const health = await eventually('clocks in the health of the box', LIMIT_MS, () => {
    const payload = broker.last(topic(BOX, 'up/health'))
    const told = payload ? decode('up/health', payload).cameras : {}
    return told.right?.clockAheadMs !== undefined && told.ahead?.clockAheadMs !== undefined && told.shapes && told
  })
  expect(Math.abs(health.right!.clockAheadMs!)).toBeLessThan(LATE_MS)
  expect(Math.abs(health.ahead!.clockAheadMs! - AHEAD_S * 1000)).toBeLessThan(LATE_MS)
  expect(health.shapes).not.toHaveProperty('clockAheadMs')

  const index = decode('up/catalog', broker.last(topic(BOX, 'up/catalog'))!).cameras
  const frameOf = (camera: string, isWanted: (frame: Frame) => boolean) =>
    eventually(`a frame of ${camera}`, LIMIT_MS, () => {
      const payload = broker.last(topic(BOX, 'up/frames'))
      const { frames } = payload ? decodeFrameBatch(payload) : { frames: [] }
      return frames.find((frame) => index[frame.camera] === camera && isWanted(frame))
    })
  const early = async (camera: string) => {
    const { capturedUs, sentUs } = await frameOf(camera, ({ sentUs }) => sentUs > 0)
    return (capturedUs - sentUs) / 1000
  }
  // The way from the camera to the box is never less than nothing.
  expect(await early('right')).toBeGreaterThan(0)
  expect(await early('right')).toBeLessThan(LATE_MS)
  expect(await early('ahead')).toBeGreaterThan(-AHEAD_S * 1000)
  expect(await early('ahead')).toBeLessThan(-AHEAD_S * 1000 + LATE_MS)
  expect((await frameOf('shapes', () => true)).sentUs).toBe(0)
})
