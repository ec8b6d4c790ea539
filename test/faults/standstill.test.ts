// A process that gets no time for a while: what its camera sent meanwhile waits, and is decoded when it goes on.
import { setTimeout as pause } from 'node:timers/promises'
import type { SourceStats } from '@vedette/native'
import { expect, onTestFinished, test } from 'vitest'
import { FOOTAGE } from '../world/cache.ts'
import { startCameras } from '../world/camera.ts'
import { CameraEngine } from '../world/camera_engine.ts'
import { engineOf } from '../world/engine.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 60_000
const STILL_MS = 700
const TIMES = 5
const FPS = 10
/** On their way when they are counted. */
const FEW = 5

test('an engine that stands still for 0.7 s, five times, loses no frame of its camera', {
  timeout: 4 * LIMIT_MS
}, async () => {
  const street = await startCameras({ mounts: [{ name: 'path', film: FOOTAGE }] })
  onTestFinished(() => street.stop())
  const engine = new CameraEngine()
  onTestFinished(() => engine.stop())
  let now: (SourceStats & { at: number }) | null = null
  engine.onStats = ({ path }) => {
    if (path) now = { ...path, at: performance.now() }
  }
  engine.start({ path: street.url('path') })
  const next = async () => {
    const last = now
    return eventually('figures of the camera', LIMIT_MS, () => now !== last && now)
  }
  await engine.untilLive(['path'], LIMIT_MS)
  await next()
  const before = await next()
  const pid = engineOf(process.pid)!
  for (let i = 0; i < TIMES; i++) {
    process.kill(pid, 'SIGSTOP')
    await pause(STILL_MS)
    process.kill(pid, 'SIGCONT')
    const halted = now
    await eventually('figures after it', LIMIT_MS, () => now !== halted)
  }
  const lost = await eventually('the frames that waited', LIMIT_MS, async () => {
    const { at, framesDecoded } = await next()
    const missing = ((at - before.at) / 1000) * FPS - (framesDecoded - before.framesDecoded)
    return missing <= FEW && { missing }
  })
  expect(lost.missing).toBeLessThanOrEqual(FEW)
  const after = await next()
  expect({ gaps: after.ptsGaps - before.ptsGaps, restarts: engine.restarts }).toEqual({ gaps: 0, restarts: 0 })
})
