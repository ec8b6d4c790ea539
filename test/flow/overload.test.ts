// More cameras than a box can analyse: it gives up frames, says so, and takes them back when cameras go.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeCostlyModel } from '../world/costly_model.ts'
import { bodiesOf, modelRuns } from '../world/events.ts'
import { type Fleet, type FleetBox, startFleet } from '../world/fleet.ts'
import { detailOf } from '../world/live.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 120_000
/** 0.1 s on a core of 20e9 a second: an eighth of a core analyses Gate, ten such cores do not analyse the crowd. */
const MULTIPLICATIONS = 2e9
const GATE_FPS = 1
const CROWD = ['Crowd 1', 'Crowd 2', 'Crowd 3', 'Crowd 4']
const CROWD_FPS = 30

let dir: string
let fleet: Fleet
let box: FleetBox

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vedette-overload-'))
  fleet = await startFleet({
    model: await writeCostlyModel(dir, MULTIPLICATIONS),
    interval: 0,
    boxes: [
      { name: 'Yard', cameras: ['Gate'], camera: { maxFps: GATE_FPS }, settings: { pipeline: { maxSources: 8 } } }
    ]
  })
  box = fleet.boxes[0]!
  await modelRuns(fleet, box)
}, LIMIT_MS)
afterAll(async () => {
  await fleet?.stop()
  await rm(dir, { recursive: true, force: true })
})

const seen = () => detailOf(fleet.operator, box.id)
const steps = () => bodiesOf(fleet, box, 'analysis.adapted')

test('too many cameras: it steps down and says so; when they are removed it steps up and says no more', {
  timeout: 4 * LIMIT_MS
}, async () => {
  expect((await seen()).why).not.toContain('too slow')
  for (const name of CROWD)
    await fleet.operator.addCamera(box.id, { name, url: `test:320x240@${CROWD_FPS}`, maxFps: 0 })

  const down = await eventually('a step down', LIMIT_MS, () => steps()[0])
  expect(down.everyNth).toBeGreaterThan(1)
  expect(down.reason).toMatch(/^This box is too slow for \d cameras at \d+ frames a second: it analyses every \d+\w\w /)
  await eventually('the words on the page', LIMIT_MS, async () => {
    const { state, why } = await seen()
    return state === 'degraded' && why.includes('This box is too slow for')
  })

  for (const { id } of (await seen()).cameras.filter(({ id }) => id !== 'gate'))
    await fleet.operator.removeCamera(box.id, id)
  const up = await eventually('everything back', LIMIT_MS, () => {
    const last = steps().at(-1)
    return last?.everyNth === 1 && last
  })
  expect(up.reason).toContain('everything that was asked for is analysed')
  await eventually('no such words on the page', LIMIT_MS, async () => !(await seen()).why.includes('too slow'))
  console.log(
    `overload: every n-th frame: ${steps()
      .map(({ everyNth }) => everyNth)
      .join(', ')}`
  )
})
