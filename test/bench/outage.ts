/** 32 cameras of one recorder that was dark for a minute: how long until the last one is live again. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { FOOTAGE } from '../world/cache.ts'
import { startCameras } from '../world/camera.ts'
import { CameraEngine } from '../world/camera_engine.ts'
import { encodeSmall } from '../world/footage.ts'
import { type Bench, cost } from './row.ts'

const CAMERAS = 32
const DARK_MS = 60_000
const LIMIT_S = 10
const PATIENCE_MS = 120_000

export const outage: Bench = {
  name: 'outage',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vedette-outage-'))
    const film = join(folder, 'small.mp4')
    await encodeSmall(FOOTAGE, film)
    const mounts = Array.from({ length: CAMERAS }, (_, i) => ({ name: `camera-${i}`, film }))
    const names = mounts.map(({ name }) => name)
    const before = await startCameras({ mounts })
    const engine = new CameraEngine()
    engine.start(Object.fromEntries(names.map((name) => [name, before.url(name)])))
    try {
      await engine.untilLive(names, PATIENCE_MS)
      await before.kill()
      await pause(DARK_MS)
      const after = await startCameras({ mounts, port: before.port })
      const listens = performance.now()
      await engine.untilLive(names, PATIENCE_MS)
      const seconds = (performance.now() - listens) / 1000
      await after.stop()
      const note = `${CAMERAS} cameras, dark for ${DARK_MS / 1000} s; the engine was restarted ${engine.restarts} times`
      return [cost('outage.all-live', { ours: seconds, limit: LIMIT_S, unit: 's', bar: 1, note })]
    } finally {
      await engine.stop()
      await rm(folder, { recursive: true })
    }
  }
}
