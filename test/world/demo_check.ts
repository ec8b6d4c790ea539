/** What a person would see of the demo, seen by a headless browser and put into figures. */
import { startBrowser } from './browser.ts'
import { live } from './live.ts'
import type { Operator } from './operator.ts'
import { eventually } from './wait.ts'

export interface DemoFigures {
  boxes: number
  cameras: number
  /** Decoded frames a second, mean over the cameras. */
  fpsPerCamera: number
  /** Objects in an analysed frame, mean over the cameras. */
  detectionsPerFrame: number
  /** From an event's own time on the box to a client of the page's stream, milliseconds. */
  eventToPageMs: { p50: number; p99: number }
  /** From the start of the demo to the first box drawn on a page. */
  secondsToFirstDetection: number
}

interface CameraFigures {
  id: string
  fps: number | null
  objectsPerFrame: number | null
}

const LIMIT_MS = 120_000
const EVENTS_WANTED = 40

export async function checkDemo(demo: {
  operator: Operator
  boxes: { id: string; cameras: string[] }[]
  began: number
}): Promise<DemoFigures> {
  const { operator, boxes, began } = demo
  const end = new AbortController()
  const watches = boxes.map(({ id }) => watchBox(operator, id, end.signal))
  const browser = await startBrowser()
  let firstMs: number | null = null
  try {
    const context = await browser.newContext()
    await context.addCookies([operator.cookie])
    for (const { id, cameras } of boxes) {
      for (const camera of cameras) {
        const page = await context.newPage()
        await page.goto(`${operator.url}/boxes/${id}/cameras/${camera}`)
        await page.waitForSelector('[data-objects]:not([data-objects="0"])', { timeout: LIMIT_MS, state: 'attached' })
        firstMs ??= performance.now() - began
        await page.close()
        await eventually(`stored detections of ${id}/${camera}`, LIMIT_MS, async () =>
          (await (await operator.get(`/boxes/${id}/cameras/${camera}`)).text()).includes('track.began')
        )
      }
    }
    await eventually('figures of every camera', LIMIT_MS, () =>
      watches.every((watch, i) => isWhole(watch, boxes[i]?.cameras ?? []))
    )
    await eventually(`${EVENTS_WANTED} events`, LIMIT_MS, () => delaysOf(watches).length >= EVENTS_WANTED)
  } finally {
    end.abort()
    await browser.close()
  }
  const cameras = watches.flatMap((watch) => watch.cameras)
  const delays = delaysOf(watches).toSorted((a, b) => a - b)
  return {
    boxes: boxes.length,
    cameras: cameras.length,
    fpsPerCamera: mean(cameras.map(({ fps }) => fps ?? 0)),
    detectionsPerFrame: mean(cameras.map(({ objectsPerFrame }) => objectsPerFrame ?? 0)),
    eventToPageMs: { p50: at(delays, 0.5), p99: at(delays, 0.99) },
    secondsToFirstDetection: Math.round((firstMs ?? Number.NaN) / 100) / 10
  }
}

interface Watch {
  cameras: CameraFigures[]
  delaysMs: number[]
}

/** Follows one box until the signal ends it. */
function watchBox(operator: Operator, box: string, signal: AbortSignal): Watch {
  const watch: Watch = { cameras: [], delaysMs: [] }
  const began = Date.now()
  const follow = async () => {
    for await (const { event, data, at } of live(operator, `box=${box}`, signal)) {
      if (event === 'detail') watch.cameras = data.cameras as CameraFigures[]
      // What happened before we looked came from the spool, not live.
      const time = event === 'event' ? Date.parse(String(data.at)) : 0
      if (time > began) watch.delaysMs.push(at - time)
    }
  }
  follow().catch((error) => console.error(`demo: ${error}`))
  return watch
}

function isWhole(watch: Watch, cameras: string[]): boolean {
  return cameras.every((id) =>
    watch.cameras.some((camera) => camera.id === id && (camera.fps ?? 0) > 0 && (camera.objectsPerFrame ?? 0) > 0)
  )
}

function delaysOf(watches: Watch[]): number[] {
  return watches.flatMap(({ delaysMs }) => delaysMs)
}

function mean(values: number[]): number {
  return Math.round((values.reduce((a, b) => a + b, 0) / values.length) * 100) / 100
}

function at(sorted: number[], quantile: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN
}
