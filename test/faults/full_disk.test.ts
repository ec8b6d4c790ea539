// The disk of a box is full: it goes on looking, says why it is not well, and stores events again when there is room.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBox } from '../world/box.ts'
import { type Fleet, type FleetBox, startFleet } from '../world/fleet.ts'
import { detailOf } from '../world/live.ts'
import { cameraMetrics } from '../world/metrics.ts'
import { eventually } from '../world/wait.ts'
import { eventsOf, expectWhole } from './numbers.ts'
import { mountSmallDisk, type SmallDisk } from './small_disk.ts'

const LIMIT_MS = 90_000
/** Room for the model, as downloaded and as unpacked. */
const DISK_MIB = 128
const REASON = /kept in memory, because .*spool\.db cannot be written \(.*\)\. (Make room on|Check) its disk\./

const disk: SmallDisk | null = mountSmallDisk(DISK_MIB)
let fleet: Fleet
let box: FleetBox

beforeAll(async () => {
  if (disk === null) return
  // What a box gives up before its disk is full has tests of its own.
  const settings = { dataDir: disk.folder, disk: { minFreeBytes: 0 } }
  fleet = await startFleet({ boxes: [{ name: 'Gate', cameras: ['Path'], settings }] })
  box = fleet.boxes[0]!
  await eventually('events', LIMIT_MS, () => eventsOf(fleet, box).count > 5)
})
afterAll(async () => {
  await box?.agent.stop()
  await fleet?.stop()
  disk?.unmount()
})

test.skipIf(disk === null)('detection goes on and the log, the box and its page say why events wait', async () => {
  disk?.fill()
  await box.agent.process.line(REASON, LIMIT_MS)
  await eventually('the page to say it', LIMIT_MS, async () => {
    const { state, why, cameras } = await detailOf(fleet.operator, box.id)
    return state === 'degraded' && REASON.test(why) && cameras[0]?.state === 'live'
  })
  const health = await healthOf(box)
  expect(health).toMatchObject({ status: 'degraded', reasons: [expect.stringMatching(REASON)] })
  await eventually('events in memory', LIMIT_MS, async () => (await healthOf(box)).spool.inMemory > 0)
  await moreFrames()
})

test.skipIf(disk === null)(
  'an agent that is killed meanwhile starts with the disk full, and says it again',
  async () => {
    box.agent.process.kill()
    await box.agent.process.exited()
    box.agent = await startBox(box.options)
    await box.agent.process.line(REASON, LIMIT_MS)
    await moreFrames()
  }
)

test.skipIf(disk === null)('with room again events are stored, numbered on, and none is missing', async () => {
  disk?.free()
  await box.agent.process.line(/events are stored again/, LIMIT_MS)
  const { count } = eventsOf(fleet, box)
  await eventually('the box to be well', LIMIT_MS, async () => {
    return (await detailOf(fleet.operator, box.id)).state === 'live'
  })
  await eventually('new events', LIMIT_MS, () => eventsOf(fleet, box).count > count + 5)
  expect(await expectWhole(fleet, box)).toBeGreaterThan(count)
})

/** The camera is decoded on. */
async function moreFrames(): Promise<void> {
  const before = await eventually('figures of the camera', LIMIT_MS, () => cameraMetrics(box.agent, 'path'))
  await eventually('more frames', LIMIT_MS, async () => {
    return ((await cameraMetrics(box.agent, 'path'))?.framesDecoded ?? 0) > before.framesDecoded + 20
  })
}

/** As the box itself tells a supervisor. */
async function healthOf({ agent }: FleetBox) {
  const port = /"port":(\d+)/.exec(await agent.process.line(/"port":\d+/))?.[1]
  const answer = await fetch(`http://127.0.0.1:${port}/health`)
  return (await answer.json()) as { status: string; reasons: string[]; spool: { inMemory: number } }
}
