/** A console and one box with three good cameras, for bad ones to join; and what the box's page has shown of them all. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFilms } from './bad_camera/film.ts'
import { type BadCamera, type BadCameraOptions, startBadCamera } from './bad_camera.ts'
import { type BoxOptions, type RunningBox, startBox } from './box.ts'
import { FOOTAGE } from './cache.ts'
import { startCameras } from './camera.ts'
import { type RunningConsole, startConsole } from './console.ts'
import { type CameraMetrics, cameraMetrics } from './metrics.ts'
import { Operator } from './operator.ts'
import { type Shown, watchPage } from './shown.ts'
import { eventually } from './wait.ts'

const GOOD = ['good-1', 'good-2', 'good-3']
const LIMIT_MS = 90_000
/** What a busy machine delivers late is not what these tests are about. */
const SMOOTH_MS = 1000

export interface BadSite {
  server: RunningConsole
  operator: Operator
  box: RunningBox
  id: string
  dir: string
  shown: Shown
  startBad(options: Omit<BadCameraOptions, 'films'>): Promise<BadCamera>
  /** What has become of the good cameras since the beginning: frames, gaps between them, what the page has said is wrong. */
  good(): Promise<{ frames: number; gaps: number; troubles: string[] }>
  stop(): Promise<void>
}

export async function startBadSite(options: Pick<BoxOptions, 'env' | 'onLine'> = {}): Promise<BadSite> {
  const stops: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const stop of stops.splice(0).toReversed()) await stop()
  }
  try {
    const dir = await mkdtemp(join(tmpdir(), 'vedette-bad-'))
    stops.push(() => rm(dir, { recursive: true, force: true }))
    await makeFilms(dir)
    const street = await startCameras({ mounts: GOOD.map((name, i) => ({ name, film: FOOTAGE, offsetS: i * 20 })) })
    stops.push(() => street.stop())
    const server = await startConsole({ dataDir: join(dir, 'console') })
    stops.push(() => server.stop())
    const operator = new Operator(server.url)
    await operator.welcome(server.signIn ?? '', 'Ada', crypto.randomUUID())
    const { id, secret } = await operator.addBox('Gate')
    for (const name of GOOD) await operator.addCamera(id, { name, url: street.url(name), latencyMs: SMOOTH_MS })
    const shown = watchPage(operator, id)
    stops.push(() => shown.stop())
    const box = await startBox({
      ...{ ...options, dir: join(dir, id), id },
      console: { url: server.url, mqttPort: server.mqttPort, secret },
      settings: { pipeline: { maxSources: 32 } }
    })
    stops.push(() => box.stop())
    const before = await figuresOf(box)
    return {
      ...{ server, operator, box, id, dir, shown, stop },
      startBad: async (options) => {
        const camera = await startBadCamera({ ...options, films: dir })
        stops.push(() => camera.stop())
        return camera
      },
      good: async () => {
        const now = await figuresOf(box)
        return {
          frames: Math.min(...now.map(({ framesDecoded }, i) => framesDecoded - before[i]!.framesDecoded)),
          gaps: Math.max(...now.map(({ ptsGaps }, i) => ptsGaps - before[i]!.ptsGaps)),
          troubles: GOOD.flatMap((name) => shown.troubles(name))
        }
      }
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Once all of them are well. */
function figuresOf(box: RunningBox): Promise<CameraMetrics[]> {
  return eventually('frames of the good cameras', LIMIT_MS, async () => {
    const all = await Promise.all(GOOD.map((name) => cameraMetrics(box, name)))
    const seen = all.flatMap((one) => (one && one.framesDecoded > 10 ? [one] : []))
    return seen.length === GOOD.length && seen
  })
}
