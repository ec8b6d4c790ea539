// The examples of configs/strategies on the frames of real cameras: what they find is where it is.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testPatternBoxes } from '@vedette/native'
import { type Catalog, decode, decodeFrameBatch, type Frame, topic } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { startReceiver } from '../world/alert_receiver.ts'
import { startBox } from '../world/box.ts'
import { cameraOf, decodingOnly } from '../world/desired_document.ts'
import { exampleStrategies } from '../world/example_strategies.ts'
import { startLoneBox } from '../world/lone_box.ts'
import { startOpenBroker } from '../world/open_broker.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 120_000
const BOX = 'gate'
const picture = { width: 640, height: 360, shapes: 3, seed: 1 }
const FPS = 15

test('the colour, the template and what moves are found where they are, tracked, and told under the names of their strategies', {
  timeout: 3 * LIMIT_MS,
  retry: 0
}, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-strategies-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const broker = await startOpenBroker()
  onTestFinished(() => broker.stop())
  const findings: Frame[] = []
  broker.listen(topic(BOX, 'up/frames'), (payload) => findings.push(...decodeFrameBatch(payload).findings))
  const console = { mqttPort: broker.port, url: 'http://127.0.0.1:9', secret: 'any' }
  const box = await startBox({
    dir,
    id: BOX,
    console,
    settings: { detection: await exampleStrategies(), pipeline: { maxSources: 2, adapt: false } }
  })
  onTestFinished(() => box.stop())
  broker.retain(topic(BOX, 'dn/desired'), decodingOnly({ shapes: cameraOf({ kind: 'test', ...picture, fps: FPS }) }))

  const of = (strategy: string) => findings.filter((frame) => frame.strategy === strategy)
  const withObjects = (strategy: string) => of(strategy).filter(({ classId }) => classId.length > 0)
  // The first shape is red, the third a blue box; each hides others now and then.
  const red = () => withObjects('colour').filter((frame) => isAlone(frame, 0))
  const blueBox = () => withObjects('blue-box').filter((frame) => isAlone(frame, 2))
  await eventually('findings of each', LIMIT_MS, () =>
    [red(), blueBox(), withObjects('motion')].every(({ length }) => length >= 20)
  )
  const { classes } = decode('up/catalog', broker.last(topic(BOX, 'up/catalog'))!) as Catalog
  expect(classes).toEqual(['brightness: too dark', 'brightness: too bright', 'colour: red', 'blue-box', 'motion'])

  expect(overlaps(red(), 0)).toBeGreaterThan(0.7)
  expect(overlaps(blueBox(), 2)).toBeGreaterThan(0.8)
  expect(new Set(withObjects('colour').map(({ classId }) => classes[classId[0]!]))).toEqual(new Set(['colour: red']))
  await eventually('that nothing is too dark', LIMIT_MS, () => of('brightness').length >= 5)
  expect(withObjects('brightness')).toEqual([])

  const events = await eventually('a track of the template', LIMIT_MS, () => {
    const payload = broker.last(topic(BOX, 'up/tracks'))
    const tracks = payload ? decode('up/tracks', payload).tracks : []
    return tracks.some(({ label }) => label === 'blue-box') && tracks
  })
  expect(events.map(({ label }) => label)).toContain('blue-box')
  const reported = decode('up/reported', broker.last(topic(BOX, 'up/reported'))!)
  expect(Object.values(reported.strategies ?? {})).toEqual(
    Array.from({ length: 4 }, () => expect.objectContaining({ state: 'running', reason: '', restarts: 0 }))
  )
  const health = await eventually('figures of health', LIMIT_MS, () => {
    const payload = broker.last(topic(BOX, 'up/health'))
    const strategies = payload ? decode('up/health', payload).strategies : undefined
    return strategies?.colour?.lookMs ? strategies : null
  })
  expect(health.colour).toMatchObject({ failed: 0, lookMs: expect.any(Number) })
})

test('what the template finds is seen by a rule, becomes an alert, and is told to who asks the box, of a stream of their own too', {
  timeout: 3 * LIMIT_MS,
  retry: 0
}, async () => {
  const receiver = await startReceiver(() => 1)
  onTestFinished(() => receiver.stop())
  const detection = await exampleStrategies(['blue-box'])
  const camera = {
    name: 'Shapes',
    source: { kind: 'test', ...picture, fps: FPS },
    rules: { half: { kind: 'zone-entered', name: 'The half', zone: halfOfItsWay(), classes: ['blue-box'] } }
  }
  const box = await startLoneBox({
    ...{ detection, models: [], analysis: {}, cameras: { shapes: camera } },
    // A machine that is busy with tests is no trouble here.
    alerts: { troubles: { level: 'off' }, handlers: [{ kind: 'webhook', url: receiver.url, picture: false }] }
  })
  onTestFinished(() => box.stop())

  const { body } = await eventually('an alert', LIMIT_MS, () => receiver.requests[0])
  expect(JSON.parse(body)).toMatchObject({
    ...{ camera: { id: 'shapes' }, rule: { id: 'half', kind: 'zone-entered' }, label: 'blue-box' },
    message: 'Shapes: blue-box came into “The half”'
  })

  expect(await firstOf(`${box.url}/v1/sources/shapes/results`, 'blue-box')).toMatchObject({
    ...{ source: 'shapes', model: null, strategy: 'blue-box' },
    detections: [{ class: 'blue-box', track: expect.any(Number), bbox: { width: expect.any(Number) } }]
  })
  const answer = await fetch(`${box.url}/v1/sources`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'test:', strategies: ['blue-box'] })
  })
  const guest = (await answer.json()) as { id: string; strategies: string[] }
  expect(guest.strategies).toEqual(['blue-box'])
  expect(await firstOf(`${box.url}/v1/sources/${guest.id}/results`, 'blue-box')).toMatchObject({ source: guest.id })

  const { strategies } = (await (await fetch(`${box.url}/health`)).json()) as {
    strategies: Record<string, { state: string; found: number }>
  }
  expect(strategies['blue-box']).toMatchObject({ state: 'running', reason: '', found: expect.any(Number) })
})

/** The first result in which a strategy has found something. */
async function firstOf(url: string, strategy: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) })
  let text = ''
  for await (const chunk of answer.body!) {
    const lines = (text + Buffer.from(chunk).toString()).split('\n')
    text = lines.pop()!
    for (const line of lines.filter((one) => one !== '')) {
      const result = JSON.parse(line)
      if (result.strategy === strategy && result.detections.length > 0) return result
    }
  }
  throw new Error('expected results without an end')
}

/** Right of the middle of where the blue box goes: it comes in again and again. */
function halfOfItsWay(): [number, number][] {
  const places = Array.from({ length: 60 * FPS }, (_, frame) => {
    const [left, , width] = [...testPatternBoxes(picture, frame)].slice(8, 12)
    return left! + width! / 2
  })
  const middle = (Math.min(...places) + Math.max(...places)) / 2
  return [
    [middle, 0],
    [1, 0],
    [1, 1],
    [middle, 1]
  ]
}

/** Median overlap (IoU) of the best finding in each frame with where the shape was then. */
function overlaps(frames: Frame[], shape: number): number {
  const all = frames.map((frame) => {
    const { left, top, boxWidth, boxHeight } = frame
    const truth = shapesOf(frame)[shape]!
    return Math.max(...Array.from(left, (_, i) => iou(truth, [left[i]!, top[i]!, boxWidth[i]!, boxHeight[i]!])))
  })
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!
}

/** No other shape touches it. */
function isAlone(frame: Frame, shape: number): boolean {
  const shapes = shapesOf(frame)
  return shapes.every((other, i) => i === shape || iou(shapes[shape]!, other) === 0)
}

/** Where the shapes of a frame are. */
function shapesOf({ ptsNs }: Frame): number[][] {
  const boxes = [...testPatternBoxes(picture, Math.round((Number(ptsNs) / 1e9) * FPS))]
  return Array.from({ length: picture.shapes }, (_, i) => boxes.slice(4 * i, 4 * i + 4))
}

function iou(a: number[], b: number[]): number {
  const side = (at: number) =>
    Math.max(0, Math.min(a[at]! + a[at + 2]!, b[at]! + b[at + 2]!) - Math.max(a[at]!, b[at]!))
  const both = side(0) * side(1)
  return both / (a[2]! * a[3]! + b[2]! * b[3]! - both)
}
