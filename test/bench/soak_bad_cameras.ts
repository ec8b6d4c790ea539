/**
 * Four bad cameras beside four good ones, for as long as you like, and at the same time four good ones in an engine of
 * their own: whatever else the machine does meets both, and what the bad ones cost is the difference of the histograms.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { SourceStats } from '@vedette/native'
import { makeFilms } from '../world/bad_camera/film.ts'
import { SCRIPTS, type ScriptName } from '../world/bad_camera/script.ts'
import { type BadCamera, startBadCamera } from '../world/bad_camera.ts'
import { FOOTAGE } from '../world/cache.ts'
import { type Street, startCameras } from '../world/camera.ts'
import { CameraEngine } from '../world/camera_engine.ts'

const GOOD = ['good-1', 'good-2', 'good-3', 'good-4']
const BAD = 4
/** Each script runs for so long before the camera becomes another bad one. */
const SCRIPT_MS = 45_000
const LIVE_LIMIT_MS = 60_000
/** Upper ends of the histogram's columns, in milliseconds; the footage has a frame every 100 ms. */
const COLUMNS = [110, 125, 150, 200, 300, 500, 1000, 10_000, Number.POSITIVE_INFINITY]

interface Seen {
  /** Seconds of all good cameras, by the longest time between two frames in them. */
  histogram: number[]
  frames: number
  ptsGaps: number
  restarts: number
}

export async function soakBadCameras({ durationMs, seed }: { durationMs: number; seed: number }): Promise<void> {
  console.log(`seed ${seed}, ${durationMs / 60_000} min`)
  const folder = await mkdtemp(join(tmpdir(), 'vedette-soak-'))
  try {
    await makeFilms(folder)
    const random = numbers(seed)
    const places = await Promise.all(
      Array.from({ length: BAD }, (_, i) => BadPlace.open({ folder, random, name: `bad-${i}` }))
    )
    const control = await Watch.start([])
    const beside = await Watch.start(places)
    const end = performance.now() + durationMs
    while (performance.now() < end) {
      await pause(Math.min(SCRIPT_MS, end - performance.now()))
      for (const place of places) await place.next()
    }
    report({ control: await control.stop(), beside: await beside.stop() })
    for (const place of places) await place.close()
  } finally {
    await rm(folder, { recursive: true })
  }
}

function report(runs: Record<string, Seen>): void {
  const column = (text: string) => text.padStart(9)
  console.log('longest time between two frames of a good camera in a second, ms')
  console.log(`${''.padEnd(14)}${COLUMNS.map((end) => column(Number.isFinite(end) ? `≤${end}` : 'more')).join('')}`)
  for (const [name, { histogram }] of Object.entries(runs))
    console.log(`${name.padEnd(14)}${histogram.map((count) => column(String(count))).join('')}`)
  for (const [name, { frames, ptsGaps, restarts }] of Object.entries(runs))
    console.log(`${name.padEnd(14)}${frames} frames, ${ptsGaps} missing at the mux, engine restarted ${restarts} times`)
}

/** An engine with four good cameras of its own, and whatever is put beside them. */
class Watch {
  readonly #street: Street
  readonly #engine = new CameraEngine()
  readonly #seen: Seen = { histogram: COLUMNS.map(() => 0), frames: 0, ptsGaps: 0, restarts: 0 }

  private constructor(street: Street) {
    this.#street = street
  }

  static async start(beside: readonly { name: string; url: string }[]): Promise<Watch> {
    const street = await startCameras({ mounts: GOOD.map((name, i) => ({ name, film: FOOTAGE, offsetS: i * 15 })) })
    const watch = new Watch(street)
    const urls = [...GOOD.map((name) => [name, street.url(name)]), ...beside.map(({ name, url }) => [name, url])]
    watch.#engine.start(Object.fromEntries(urls))
    await watch.#engine.untilLive(GOOD, LIVE_LIMIT_MS)
    watch.#engine.onStats = (stats) => watch.#count(GOOD.flatMap((name) => stats[name] ?? []))
    return watch
  }

  async stop(): Promise<Seen> {
    this.#seen.restarts = this.#engine.restarts
    await this.#engine.stop()
    await this.#street.stop()
    return this.#seen
  }

  #count(good: SourceStats[]): void {
    for (const { longestGapMs } of good) this.#seen.histogram[COLUMNS.findIndex((end) => longestGapMs <= end)]!++
    this.#seen.frames = good.reduce((sum, { framesDecoded }) => sum + framesDecoded, 0)
    this.#seen.ptsGaps = good.reduce((sum, { ptsGaps }) => sum + ptsGaps, 0)
  }
}

interface Bad {
  name: string
  folder: string
  random(): number
}

/** An address at which one bad camera follows the other. */
class BadPlace {
  readonly name: string
  readonly #bad: Bad
  #camera: BadCamera

  private constructor(bad: Bad, camera: BadCamera) {
    this.#bad = bad
    this.name = bad.name
    this.#camera = camera
  }

  static async open(bad: Bad): Promise<BadPlace> {
    return new BadPlace(bad, await start(bad))
  }

  get url(): string {
    return this.#camera.url
  }

  async next(): Promise<void> {
    const { port } = this.#camera
    await this.#camera.stop()
    this.#camera = await start(this.#bad, port)
  }

  close(): Promise<void> {
    return this.#camera.stop()
  }
}

function start({ name, folder, random }: Bad, port = 0): Promise<BadCamera> {
  // A locked one would rest for minutes, and a good one is no bad one.
  const names = (Object.keys(SCRIPTS) as ScriptName[]).filter((script) => script !== 'locked' && script !== 'good')
  const script = names[Math.floor(random() * names.length)]!
  console.log(`${name}: ${script}`)
  return startBadCamera({ script, films: folder, port, seed: Math.floor(random() * 2 ** 31) })
}

/** A linear congruential generator (Numerical Recipes): random enough to choose scripts, the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
