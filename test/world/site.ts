/** What a person works with: a console, one box with live RTSP cameras and a detector, and a browser that is signed in. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type RunningBox, startBox } from './box.ts'
import { startBrowser } from './browser.ts'
import { cacheDir, FOOTAGE } from './cache.ts'
import { type Street, startCameras } from './camera.ts'
import { type RunningConsole, startConsole } from './console.ts'
import { EVERY_THIRD, Operator, type UploadedModel } from './operator.ts'

export interface SiteOptions {
  /** Names of RTSP cameras; `watched` ones are cameras of the box from the beginning. */
  cameras: { name: string; isWatched: boolean; clockAheadS?: number }[]
  /** More settings of the box. */
  settings?: Record<string, unknown>
}

export interface Site {
  server: RunningConsole
  operator: Operator
  box: RunningBox
  street: Street
  /** Of every camera of the street. */
  login: { user: string; password: string }
  /** SSD, which the box runs from the beginning. */
  model: UploadedModel
  /** A new folder for the test's own files. */
  dir: string
  /** Opens a page, as a link in a new tab does. */
  open(path: string): Promise<Page>
  stop(): Promise<void>
}

const LOGIN = { user: 'site', password: 'p:ss w@rd/%41' }
/** Cameras of one film differ by where in it they begin. */
const APART_S = 20
/** A machine that is busy with tests delivers late now and then: not what a test wants to see as a lost frame. */
const SMOOTH_MS = 1000

export const SSD = join(cacheDir(), 'models/ssd-mobilenet-v2-oid-1.0.0.vedette.tar')
export const NANODET = join(cacheDir(), 'models/nanodet-coco-1.0.0.vedette.tar')

export async function startSite(options: SiteOptions): Promise<Site> {
  const stops: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const stop of stops.splice(0).toReversed()) await stop()
  }
  try {
    return await start(options, stops, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  { cameras, settings }: SiteOptions,
  stops: (() => Promise<unknown>)[],
  stop: () => Promise<void>
): Promise<Site> {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-site-'))
  stops.push(() => rm(dir, { recursive: true, force: true }))
  const mounts = cameras.map(({ name, clockAheadS }, i) => ({
    ...{ name: name.toLowerCase(), film: FOOTAGE, offsetS: i * APART_S },
    ...(clockAheadS !== undefined && { clockAheadS })
  }))
  const street = await startCameras({ mounts, auth: `${LOGIN.user}:${LOGIN.password}` })
  stops.push(() => street.stop())
  const server = await startConsole({ dataDir: join(dir, 'console') })
  stops.push(() => server.stop())
  const operator = new Operator(server.url)
  await operator.welcome(server.signIn ?? '', 'Ada', crypto.randomUUID())
  const model = await operator.uploadModel(SSD)
  const { id, secret } = await operator.addBox('North gate')
  for (const { name, isWatched } of cameras)
    if (isWatched)
      await operator.addCamera(id, { name, url: street.url(name.toLowerCase()), latencyMs: SMOOTH_MS, ...LOGIN })
  await operator.changeAnalysis(id, { model: model.sha256, interval: EVERY_THIRD })
  const box = await startBox({
    dir: join(dir, id),
    id,
    console: { url: server.url, mqttPort: server.mqttPort, secret },
    // A machine busy with tests is no box that is too slow: what adapts, and what calls it unwell, has tests of its own.
    settings: { pipeline: { maxSources: 4, adapt: false }, limits: { holdS: 3600 }, ...settings }
  })
  stops.push(() => box.stop())
  const browser = await startBrowser()
  stops.push(() => browser.close())
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  await context.addCookies([operator.cookie])
  const open = async (path: string) => {
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    await page.goto(`${server.url}${path}`)
    await page.waitForSelector('main[data-live=live]')
    return page
  }
  return { server, operator, box, street, login: LOGIN, model, dir, open, stop }
}
