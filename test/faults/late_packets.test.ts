// A camera whose packets come late again and again: its next connection waits longer for them, unless its settings say
// how long; the box says so.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BadCamera } from '../world/bad_camera.ts'
import { type BadSite, startBadSite } from '../world/bad_site.ts'
import { detailOf } from '../world/live.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 120_000

let site: BadSite
let late: BadCamera
const lines: string[] = []
const words = (camera: string) => lines.filter((line) => line.includes(`"msg":"${camera}: packets come too late`))

beforeAll(async () => {
  site = await startBadSite({ onLine: (line) => void lines.push(line) })
  late = await site.startBad({ script: 'overtaken' })
  const other = await site.startBad({ script: 'overtaken', seed: 2 })
  await site.operator.addCamera(site.id, { name: 'late', url: late.url, transport: 'udp', latencyMs: null })
  await site.operator.addCamera(site.id, { name: 'fixed', url: other.url, transport: 'udp', latencyMs: 100 })
}, LIMIT_MS)

afterAll(() => site?.stop())

test('the next connection waits longer, and health tells how long', { timeout: 3 * LIMIT_MS }, async () => {
  const seen = async (camera: string) => (await detailOf(site.operator, site.id)).health?.cameras[camera]
  await eventually('late packets in health', LIMIT_MS, async () => {
    const door = await seen('late')
    return door?.jitterBufferMs === 200 && (door.packetsLate ?? 0) > 0
  })
  const [said] = await eventually('what is decided', LIMIT_MS, () => words('late').length > 0 && words('late'))
  expect(said).toContain('its next connection gets 500 ms in place of 200 ms')
  late.refuse()
  await site.shown.says('late', /^(stalled|backing_off): /, { limitMs: LIMIT_MS })
  late.listen()
  await eventually('the longer buffer in health', LIMIT_MS, async () => (await seen('late'))?.jitterBufferMs === 500)
  const fixed = await seen('fixed')
  expect(fixed?.jitterBufferMs).toBe(100)
  expect(fixed?.packetsLate).toBeGreaterThan(0)
  expect(words('fixed')).toEqual([])
})
