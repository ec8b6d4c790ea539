// A second detector on the same frames of a real box: how far both agree comes to the page, and nothing of it is reported.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cacheDir } from '../world/cache.ts'
import { modelRuns } from '../world/events.ts'
import { type Fleet, type FleetBox, startFleet } from '../world/fleet.ts'
import { detailOf } from '../world/live.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 120_000
const NANODET = join(cacheDir(), 'models/nanodet-coco-1.0.0.vedette.tar')
const FRAMES = 20

let fleet: Fleet
let box: FleetBox
let ssd: string

beforeAll(async () => {
  // A box that adapts gives up the comparison first when the machine is busy.
  const pipeline = { maxSources: 4, adapt: false }
  fleet = await startFleet({ boxes: [{ name: 'Yard', cameras: ['Path'], settings: { pipeline } }] })
  box = fleet.boxes[0]!
  await modelRuns(fleet, box)
  ssd = (await seen()).models.find(({ isWanted }) => isWanted)?.sha256 ?? ''
}, LIMIT_MS)
afterAll(() => fleet?.stop())

const seen = () => detailOf(fleet.operator, box.id)

test('two real models on the same frames: shares, counts by class and times of both are on the page', {
  timeout: 3 * LIMIT_MS
}, async () => {
  const { sha256: nanodet } = await fleet.operator.uploadModel(NANODET)
  await fleet.operator.changeAnalysis(box.id, { model: ssd, compare: { model: nanodet, interval: 1 } })
  const comparison = await eventually('figures of both', LIMIT_MS, async () => {
    const told = (await seen()).health?.comparison
    return told !== undefined && told.frames >= FRAMES && told.agreement !== null && told
  })
  const { model, agreement, agreementBack, iouMean, classes, inferMs, engineRssBytesBefore } = comparison
  expect(model).toBe('nanodet-coco 1.0.0')
  for (const share of [agreement, agreementBack]) {
    expect(share).toBeGreaterThan(0)
    expect(share).toBeLessThan(1)
  }
  // Those that agree overlap by half at least.
  expect(iouMean).toBeGreaterThan(0.5)
  expect(iouMean).toBeLessThan(1)
  const people = classes.find(({ label }) => label === 'person')
  expect(people?.inCharge).toBeGreaterThan(0)
  expect(people?.compared).toBeGreaterThan(0)
  for (const { inCharge, compared, both } of classes) expect(both).toBeLessThanOrEqual(Math.min(inCharge, compared))
  expect(inferMs.inCharge).toBeGreaterThan(0)
  expect(inferMs.compared).toBeGreaterThan(0)
  expect(engineRssBytesBefore).toBeGreaterThan(0)
  expect((await seen()).models.find(({ sha256 }) => sha256 === nanodet)).toMatchObject({ isWanted: true })
  console.log('comparison:', JSON.stringify(comparison))

  await fleet.operator.changeAnalysis(box.id, { model: ssd })
  await eventually('the comparison to end', LIMIT_MS, async () => {
    const { health } = await seen()
    return health !== null && health.comparison === undefined
  })
})
