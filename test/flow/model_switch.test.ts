// Another model on a box with live cameras: it takes over beside the old one; one that does not start costs nothing.
import { decode, decodeFrameBatch, type Frame } from '@vedette/protocol'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { breakModel } from '../world/broken_model.ts'
import { engineOf } from '../world/engine.ts'
import { bodiesOf, modelRuns } from '../world/events.ts'
import { type Fleet, type FleetBox, startFleet } from '../world/fleet.ts'
import { detailOf } from '../world/live.ts'
import { cameraMetrics } from '../world/metrics.ts'
import { NANODET, SSD } from '../world/site.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 120_000
const CAMERAS = ['Path', 'Lawn']
const SSD_NAME = 'ssd-mobilenet-v2-oid 1.0.0'

let fleet: Fleet
let box: FleetBox
/** Every frame that went over MQTT, by camera. */
const seen = new Map<string, Frame[]>()
const stops: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  fleet = await startFleet({
    // A second of buffer: what a busy machine delivers late is not what this is about.
    boxes: [{ name: 'Gate', cameras: CAMERAS, camera: { allFrames: true, maxFps: 5, latencyMs: 1000 } }]
  })
  stops.push(() => fleet.stop())
  box = fleet.boxes[0]!
  await modelRuns(fleet, box)
  const { password } = await fleet.operator.addReader('watch')
  const url = `mqtt://127.0.0.1:${fleet.server.readOnlyPort}`
  const reader = await connectAsync(url, { username: 'watch', password })
  stops.push(() => reader.endAsync())
  let names: readonly (string | null)[] = []
  reader.on('message', (topic, payload) => {
    if (topic.endsWith('catalog')) names = decode('up/catalog', payload).cameras
    else
      for (const frame of decodeFrameBatch(payload).frames) {
        const camera = names[frame.camera] ?? ''
        seen.set(camera, [...framesOf(camera), frame])
      }
  })
  await reader.subscribeAsync([`vedette/v1/${box.id}/up/catalog`, `vedette/v1/${box.id}/up/frames`])
  await eventually('frames of both cameras', LIMIT_MS, () =>
    box.cameras.every((camera) => framesOf(camera).length > 20)
  )
})
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop()
})

test('a model that does not start costs the cameras not one frame', { timeout: 3 * LIMIT_MS, retry: 0 }, async () => {
  const engine = engineOf(box.agent.process.pid)
  const before = await Promise.all(box.cameras.map((camera) => cameraMetrics(box.agent, camera)))
  const from = new Map(box.cameras.map((camera) => [camera, framesOf(camera).length]))
  const settings = (text: string) => text.replace(/^custom-lib-path=.*$/m, 'custom-lib-path=libnothing.so')
  const archive = await breakModel({ from: SSD, name: 'no-parser', dir: fleet.dir, settings })
  const { sha256 } = await fleet.operator.uploadModel(archive)
  await fleet.operator.assignModel(box.id, sha256)
  await eventually('the roll-back', LIMIT_MS, () =>
    bodiesOf(fleet, box, 'model.state').some(({ state }) => state === 'rolled_back')
  )
  await eventually('frames afterwards', LIMIT_MS, () =>
    box.cameras.every((camera) => framesOf(camera).length > from.get(camera)! + 20)
  )
  expect(bodiesOf(fleet, box, 'pipeline.switched').filter(({ model }) => model !== SSD_NAME)).toEqual([])
  expect(engineOf(box.agent.process.pid)).toBe(engine)
  for (const [index, camera] of box.cameras.entries()) {
    expect((await cameraMetrics(box.agent, camera))?.ptsGaps).toBe(before[index]?.ptsGaps)
    const numbers = framesOf(camera).map(({ number }) => number)
    expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i))
  }
})

test('another model takes over beside the old one: frames go on, none twice, none out of order', {
  timeout: 3 * LIMIT_MS,
  retry: 0
}, async () => {
  const from = new Map(box.cameras.map((camera) => [camera, framesOf(camera).length]))
  const control = new Map(box.cameras.map((camera) => [camera, longestGapMs(framesOf(camera))]))
  const { sha256 } = await fleet.operator.uploadModel(NANODET)
  await fleet.operator.assignModel(box.id, sha256)
  const told = await eventually('the switch', LIMIT_MS, () =>
    bodiesOf(fleet, box, 'pipeline.switched').find(({ model }) => model === 'nanodet-coco 1.0.0')
  )
  await eventually('frames of the new model', LIMIT_MS, () =>
    box.cameras.every((camera) => framesOf(camera).filter(({ number }) => number < 20).length > 30)
  )
  expect(told).toMatchObject({ beside: true, missing: [] })
  for (const camera of box.cameras) {
    const frames = framesOf(camera)
    const times = frames.map(({ capturedUs }) => capturedUs)
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b))
    const during = longestGapMs(frames.slice(from.get(camera)! - 1))
    const gapMs = (told.gapsMs as Record<string, number>)[camera]!
    console.log(
      `model switch: ${camera}: longest time between analysed frames ${during} ms, at the switch ${gapMs} ms, before ${control.get(camera)} ms`
    )
    expect(gapMs).toBeLessThanOrEqual(during + 1)
  }
  // Not one camera was anything but live.
  const states = bodiesOf(fleet, box, 'camera.state').filter(({ was }) => was === 'live')
  expect(states).toEqual([])
  const page = await detailOf(fleet.operator, box.id)
  expect(page.cameras.map(({ state }) => state)).toEqual(['live', 'live'])
})

function framesOf(camera: string): Frame[] {
  return seen.get(camera) ?? []
}

function longestGapMs(frames: readonly Frame[]): number {
  const gaps = frames.slice(1).map(({ capturedUs }, i) => (capturedUs - frames[i]!.capturedUs) / 1000)
  return Math.round(Math.max(0, ...gaps))
}
