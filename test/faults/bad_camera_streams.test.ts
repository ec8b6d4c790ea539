// Cameras whose streams are odd, all at once beside three good ones on one box: what can be shown is shown without a
// break, what cannot is told and mended by connecting anew, the good ones miss nothing.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ScriptName } from '../world/bad_camera/script.ts'
import { type BadSite, startBadSite } from '../world/bad_site.ts'
import { cameraMetrics } from '../world/metrics.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 100_000
/** At 10 a second: well past what the scripts do after 3 s. */
const ENOUGH_FRAMES = 90

interface Oddity {
  name: string
  script: ScriptName
  transport?: 'udp'
}

const SHOWN: Oddity[] = [
  { name: 'lossy', script: 'lossy' },
  { name: 'lossy-udp', script: 'lossy', transport: 'udp' },
  { name: 'jittery', script: 'jittery' },
  { name: 'jittery-udp', script: 'jittery', transport: 'udp' },
  { name: 'clock-noise', script: 'clock-noise' },
  { name: 'clock-wrap', script: 'clock-wrap' },
  { name: 'clock-forward', script: 'clock-forward' },
  { name: 'clock-back', script: 'clock-back' },
  { name: 'new-ssrc', script: 'new-ssrc' },
  { name: 'new-ssrc-udp', script: 'new-ssrc', transport: 'udp' },
  { name: 'new-size', script: 'new-size' },
  { name: 'b-frames', script: 'b-frames' },
  { name: 'h265', script: 'h265' },
  { name: 'rare-keyframes', script: 'rare-keyframes' }
]

let site: BadSite

beforeAll(async () => {
  site = await startBadSite()
  for (const oddity of [...SHOWN, { name: 'new-codec', script: 'new-codec' } as Oddity]) {
    const { name, script, transport } = oddity
    const camera = await site.startBad({ script })
    await site.operator.addCamera(site.id, { name, url: camera.url, ...(transport && { transport }) })
  }
})

afterAll(() => site?.stop())

test.each(SHOWN)('a camera that is $name is shown without a break', { timeout: LIMIT_MS }, async ({ name }) => {
  await eventually(`${ENOUGH_FRAMES} frames of ${name}`, LIMIT_MS, async () => {
    const metrics = await cameraMetrics(site.box, name)
    return metrics !== null && metrics.framesDecoded >= ENOUGH_FRAMES
  }).catch((error) => {
    throw new Error(`${error.message}; the page said ${JSON.stringify(site.shown.of(name))}`)
  })
  expect(site.shown.troubles(name)).toEqual([])
})

test('a camera whose codec was changed is live with the new one after it was missed for 10 s', async () => {
  const missed = await site.shown.says('new-codec', /^(stalled|backing_off): /, { limitMs: LIMIT_MS })
  await site.shown.says('new-codec', /^live: /, { limitMs: LIMIT_MS, from: missed })
})

test('the three good cameras beside them have missed nothing', async () => {
  const { frames, gaps, troubles } = await site.good()
  expect(frames).toBeGreaterThan(100)
  expect({ gaps, troubles }).toEqual({ gaps: 0, troubles: [] })
})
