import { expect, test } from 'vitest'
import { type Figures, figuresOf, type Look } from './figures.ts'
import { findMax } from './find_max.ts'
import { FrameRate } from './frame_rate.ts'

function look(second: number, sources: Record<string, [decoded: number, analysed: number, p50: number]>): Look {
  return {
    atMs: second * 1000,
    cpuSeconds: second * 1.5,
    rssBytes: 100 + second,
    inferMs: second === 0 ? -1 : 10 * second,
    sources: Object.fromEntries(
      Object.entries(sources).map(([name, [framesDecoded, framesAnalysed, latencyMsP50]]) => [
        name,
        {
          framesDecoded,
          framesAnalysed,
          framesDropped: framesDecoded - framesAnalysed,
          latencyMsP50,
          latencyMsP99: latencyMsP50 * 2
        }
      ])
    )
  }
}

test('figures are of the time between the first look and the last', () => {
  const looks = [look(0, { a: [100, 50, 99] }), look(1, { a: [125, 60, 5] }), look(2, { a: [150, 70, 7] })]
  const figures = figuresOf(looks, ['a', 'b'], { b: 'the camera refused the connection' })
  expect(figures).toMatchObject({
    measuredS: 2,
    decodedFps: 25,
    analysedFps: 10,
    dropped: 30,
    latencyMsP50: 7,
    latencyMsP99: 14,
    inferMs: 20,
    cpuCores: 1.5,
    memoryBytes: 102
  })
  expect(figures.sources[1]).toMatchObject({ name: 'b', decodedFps: 0, trouble: 'the camera refused the connection' })
})

test('stopped before the first look, figures are empty, not wrong', () => {
  expect(figuresOf([], ['a'], {})).toMatchObject({ measuredS: 0, analysedFps: 0, latencyMsP50: null, cpuCores: null })
})

/** A machine that analyses so many frames a second, shared evenly; pacing costs it a part of that. */
function machine(capacityFps: number, lossOfPacing = 0) {
  const runs: number[] = []
  const figures = (cameras: number, fps: number): Figures => ({
    ...figuresOf([], [], {}),
    analysedFps: cameras * fps,
    sources: Array.from({ length: cameras }, (_, i) => ({
      name: `${i}`,
      decodedFps: 25,
      analysedFps: fps,
      dropped: 0,
      latencyMsP50: 1,
      latencyMsP99: 1,
      trouble: null
    }))
  })
  return {
    runs,
    unpaced: () => Promise.resolve({ figures: figures(1, capacityFps), cameraFps: 25 }),
    paced: (cameras: number) => {
      runs.push(cameras)
      const fps = Math.min(25, (capacityFps * (1 - lossOfPacing)) / cameras)
      return Promise.resolve({ figures: figures(cameras, fps), cameraFps: 25 })
    },
    first: 4,
    isStopped: () => false
  }
}

test('two runs find the most cameras, where the machine keeps what it promised', async () => {
  const steady = machine(260)
  expect(await findMax(steady)).toMatchObject({ cameras: 10, capacityFps: 260, cameraFps: 25 })
  expect(steady.runs).toEqual([10])
})

test('a machine that does less when paced is tried by halves; one too slow for a camera carries none', async () => {
  const slower = machine(1000, 0.4)
  const found = await findMax(slower)
  expect(found.cameras).toBe(24)
  expect(found.tries.find(({ cameras }) => cameras === 25)?.keepsUp).toBe(false)
  expect(found.figures.sources).toHaveLength(24)
  const weak = machine(20)
  expect(await findMax(weak)).toMatchObject({ cameras: 0, tries: [{ cameras: 1, keepsUp: false }] })
})

test('a camera is read more and more often until the machine does not keep up, then what lies between', async () => {
  const live = { ...machine(260), unpaced: null }
  expect(await findMax(live)).toMatchObject({ cameras: 10, capacityFps: null, cameraFps: 25, refused: null })
  expect(live.runs).toEqual([4, 8, 16, 12, 10, 11])
  const weak = { ...machine(30), unpaced: null }
  expect(await findMax(weak)).toMatchObject({ cameras: 1 })
  expect(weak.runs).toEqual([4, 2, 1])
  const strong = { ...machine(1e6), unpaced: null }
  expect((await findMax(strong)).cameras).toBe(256)
})

test('a camera that takes only so many viewers is told to be the limit, not the machine', async () => {
  const { paced, ...rest } = machine(1000)
  const trouble = 'Backing off: the camera refused the connection.'
  const found = await findMax({
    ...rest,
    unpaced: null,
    async paced(cameras) {
      const run = await paced(cameras)
      const sources = run.figures.sources.map((source, i) => (i < 6 ? source : { ...source, analysedFps: 0, trouble }))
      return { ...run, figures: { ...run.figures, sources } }
    }
  })
  expect(found).toMatchObject({ cameras: 6, refused: trouble })
})

test('the frame rate is that of most steps, whatever was lost between', () => {
  const rate = new FrameRate()
  expect(rate.fps).toBeNull()
  for (const at of [0, 1, 2, 6, 7, 8, 9]) rate.seen(BigInt(at) * 40_000_000n)
  expect(rate.fps).toBe(25)
})
