/** A console and boxes that watch RTSP cameras, and an operator; no browser. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BoxOptions, type RunningBox, startBox } from './box.ts'
import { cacheDir, FOOTAGE } from './cache.ts'
import { startCameras } from './camera.ts'
import { type ConsoleOptions, type RunningConsole, startConsole } from './console.ts'
import { type CameraForm, EVERY_THIRD, Operator } from './operator.ts'

export interface FleetOptions {
  boxes: {
    name: string
    cameras: string[]
    settings?: Record<string, unknown>
    /** How the cameras are, besides their names. */
    camera?: Partial<CameraForm>
  }[]
  /** Archive of the model of all boxes; default: the fast detector. */
  model?: string
  interval?: number
}

export interface FleetBox {
  id: string
  /** Of the cameras, as the console made them from their names. */
  cameras: string[]
  /** To start it again at the same place. */
  options: BoxOptions
  dataDir: string
  agent: RunningBox
}

export interface Fleet {
  /** A new folder for the test's own files. */
  dir: string
  server: RunningConsole
  /** To start the console again at the same place. */
  serverOptions: ConsoleOptions & { port: number }
  operator: Operator
  boxes: FleetBox[]
  stop(): Promise<void>
}

/** Cameras of one film differ by where in it they begin. */
const APART_S = 17
const MODEL = join(cacheDir(), 'models/ssd-mobilenet-v2-oid-1.0.0.vedette.tar')

export async function startFleet({ boxes, model = MODEL, interval = EVERY_THIRD }: FleetOptions): Promise<Fleet> {
  const stops: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const stop of stops.splice(0).toReversed()) await stop()
  }
  try {
    const dir = await mkdtemp(join(tmpdir(), 'vedette-fleet-'))
    stops.push(() => rm(dir, { recursive: true, force: true }))
    const names = boxes.flatMap(({ cameras }) => cameras)
    const street = await startCameras({
      mounts: names.map((name, i) => ({ name: name.toLowerCase(), film: FOOTAGE, offsetS: i * APART_S }))
    })
    stops.push(() => street.stop())
    const dataDir = join(dir, 'console')
    const server = await startConsole({ dataDir })
    stops.push(() => server.stop())
    const operator = new Operator(server.url)
    await operator.welcome(server.signIn ?? '', 'Ada', crypto.randomUUID())
    const { sha256 } = await operator.uploadModel(model)
    const running: FleetBox[] = []
    for (const { name, cameras, settings, camera: form } of boxes) {
      const { id, secret } = await operator.addBox(name)
      for (const camera of cameras)
        await operator.addCamera(id, { ...form, name: camera, url: street.url(camera.toLowerCase()) })
      await operator.changeAnalysis(id, { model: sha256, interval })
      const options: BoxOptions = {
        ...{ dir: join(dir, id), id },
        console: { url: server.url, mqttPort: server.mqttPort, secret },
        settings: { pipeline: { maxSources: 4 }, ...settings }
      }
      const agent = await startBox(options)
      stops.push(() => agent.stop())
      const dataDir = String(settings?.dataDir ?? join(options.dir, 'data'))
      running.push({ id, cameras: cameras.map((camera) => camera.toLowerCase()), options, dataDir, agent })
    }
    const { port } = new URL(server.url)
    const { mqttPort, readOnlyPort } = server
    return {
      ...{ dir, server, operator, boxes: running, stop },
      serverOptions: { dataDir, port: Number(port), mqttPort, readOnlyPort }
    }
  } catch (error) {
    await stop()
    throw error
  }
}
