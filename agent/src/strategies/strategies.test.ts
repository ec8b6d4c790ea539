import type { PlainFrame } from '@vedette/protocol'
import { expect, onTestFinished, test, vi } from 'vitest'
import { writeModule } from '../user_module/testing/modules.ts'
import { UserModule } from '../user_module/user_module.ts'
import type { StrategyPicture } from './camera_feed.ts'
import { Strategies } from './strategies.ts'

const LIMIT_MS = 50_000
const settled = (what: () => unknown) =>
  vi.waitFor(() => expect(what()).toBeTruthy(), { timeout: LIMIT_MS, interval: 20 })
const everyCamera = (...cameras: string[]) => new Map(cameras.map((id, index) => [id, { index, strategies: null }]))

/** Real processes of modules; cameras that give a picture when the test says so. */
function startStrategies(sources: Record<string, { source: string; labels?: string[]; limitMs?: number }>) {
  const taps = new Map<string, Set<(picture: StrategyPicture) => void>>()
  const found: PlainFrame[] = []
  const states: string[] = []
  const lines: string[] = []
  const strategies = new Strategies({
    strategies: Object.entries(sources).map(([name, { labels = [name], ...rest }]) => {
      return { name, labels, width: 64, maxFps: 5, ...rest }
    }),
    makeModule: ({ name, source, limitMs = 20_000 }, changed) =>
      new UserModule({
        ...{ name, export: null, config: {}, needs: ['detect'], keeps: { detect: 'shouldProcess' }, changed },
        ...{ callLimitMs: limitMs, loadLimitMs: LIMIT_MS, memoryMiB: 256, log: (line) => lines.push(line) },
        entry: new URL('../user_module/child_main.ts', import.meta.url).pathname,
        path: writeModule(source)
      }),
    tap({ camera }, onPicture) {
      const on = taps.get(camera) ?? new Set()
      taps.set(camera, on.add(onPicture))
      return { close: () => void on.delete(onPicture) }
    },
    found: (frame) => found.push(frame),
    changed: (name, { state }) => states.push(`${name} ${state}`),
    reported: () => undefined,
    log: (line) => lines.push(line)
  })
  onTestFinished(() => strategies.stop())
  strategies.start()
  const stateOf = (name: string) => strategies.reported.strategies?.[name]
  const show = (camera: string, level = 100) => {
    const data = new Uint8Array(8 * 4 * 3).fill(level)
    const picture = { width: 8, height: 4, ptsNs: 5n, capturedUs: Date.now() * 1000, data }
    for (const onPicture of taps.get(camera) ?? []) onPicture(picture)
  }
  const runs = (name: string) => settled(() => stateOf(name)?.state === 'running')
  return { strategies, taps, found, states, lines, stateOf, show, runs }
}

const bright = `
  export const detect = ({ data, width, height, number }, sourceId) => [
    { label: 'bright', confidence: data[0] / 255, box: [0, 0, 0.5, 0.5] },
    { label: sourceId, confidence: 1, box: [width / 100, height / 100, 0.25, 0.25] }
  ]
  export const shouldProcess = ({ confidence }) => confidence >= 0.5`

test('what a module finds comes out in the classes of the catalog, with tracks, and without what it does not want', async () => {
  const world = startStrategies({
    first: { source: 'export const detect = () => []' },
    light: { source: bright, labels: ['bright', 'door'] }
  })
  expect(world.strategies.classes).toEqual(['first', 'light: bright', 'light: door'])
  await world.runs('light')
  world.strategies.plan({ firstClass: 10, cameras: new Map([['door', { index: 7, strategies: ['light'] }]]) })
  world.show('door', 51)
  await settled(() => world.found.length === 1)
  world.show('door', 255)
  await settled(() => world.found.length === 2)
  const [dark, lit] = world.found
  expect(dark).toMatchObject({ strategy: 'light', camera: 7, number: 1, width: 8, height: 4, ptsNs: 5n })
  expect([...dark!.classId]).toEqual([12])
  expect([...lit!.classId]).toEqual([11, 12])
  expect(lit!.trackId[1]).toBe(dark!.trackId[0])
  expect(lit!.trackId[0]).toBeGreaterThan(2 ** 52)
  expect(world.strategies.health().strategies).toMatchObject({
    first: { fps: 0, lookMs: null, found: 0 },
    light: { dropped: 0, failed: 0, found: 3 }
  })
})

test('looks at the cameras that it is told to, and no longer at others', async () => {
  const world = startStrategies({ one: { source: 'export const detect = () => []' } })
  await world.runs('one')
  const lookedAt = () => [...world.taps].filter(([, on]) => on.size > 0).map(([camera]) => camera)
  world.strategies.plan({ firstClass: 0, cameras: everyCamera('door', 'yard') })
  expect(lookedAt()).toEqual(['door', 'yard'])
  world.strategies.plan({
    firstClass: 0,
    cameras: new Map([
      ['yard', { index: 0, strategies: [] }],
      ['gate', { index: 1, strategies: ['one'] }]
    ])
  })
  expect(lookedAt()).toEqual(['gate'])
  expect(world.strategies.unknown(['one', 'two'])).toEqual(['two'])
})

test('one that is slower than its cameras gets the newest frames, and the others are counted', async () => {
  const world = startStrategies({
    slow: { source: 'export const detect = () => new Promise((done) => setTimeout(done, 300, []))' }
  })
  world.strategies.plan({ firstClass: 0, cameras: everyCamera('door') })
  await world.runs('slow')
  for (let i = 0; i < 10; i++) world.show('door')
  await settled(() => world.found.length === 2)
  expect(world.strategies.health().strategies?.slow).toMatchObject({ dropped: 8, failed: 0 })
})

test.each([
  ['throws', `throw new Error('no such colour')`, 'no such colour'],
  ['answers a text', `return 'nothing to see'`, 'expected a list of detections, received "nothing to see"'],
  ['answers pixels', 'return [{ confidence: 1, box: [10, 10, 20, 20] }]', 'not pixels'],
  ['finds what it did not announce', `return [{ label: 'cat', confidence: 1, box: [0, 0, 1, 1] }]`, 'received "cat"']
])('one that %s stays, says so, and finds what it finds on the next frame', async (_, body, reason) => {
  const world = startStrategies({
    odd: { source: `export const detect = ({ number }) => { if (number === 1) { ${body} } return [] }` }
  })
  world.strategies.plan({ firstClass: 0, cameras: everyCamera('door') })
  await world.runs('odd')
  world.show('door')
  await settled(() => world.stateOf('odd')?.reason.includes(reason))
  expect(world.stateOf('odd')).toMatchObject({ state: 'running', restarts: 0 })
  expect(world.lines.filter((line) => line.includes(reason))).toHaveLength(1)
  world.show('door')
  await settled(() => world.found.length === 1)
  expect(world.stateOf('odd')?.reason).toBe('')
  expect(world.strategies.health().strategies?.odd).toMatchObject({ failed: 1 })
})

test.each([
  ['loops for ever', 'for (;;);', /took longer than its 1 s/],
  ['exits', 'process.exit(3)', /ended with code 3/],
  ['takes all memory', 'const all = []; for (;;) all.push(Buffer.alloc(8e6, 1))', /more than its 256 MiB|took longer/],
  [
    'writes garbage',
    `writeSync(3, 'this is no message at all, and a long one'); return new Promise(() => {})`,
    /no message/
  ]
])('one that %s is started again beside one that goes on', async (_, body, reason) => {
  const world = startStrategies({
    bad: {
      source: `import { writeSync } from 'node:fs'
        export const detect = ({ data }) => { if (data[0] === 66) { ${body} } return [] }`,
      limitMs: 1000
    },
    good: { source: 'export const detect = () => []' }
  })
  world.strategies.plan({ firstClass: 0, cameras: everyCamera('door') })
  await world.runs('bad')
  await world.runs('good')
  world.show('door', 66)
  await settled(() => world.stateOf('bad')?.state === 'backing_off')
  expect(world.stateOf('bad')).toMatchObject({ restarts: 1, reason: expect.stringMatching(reason) })
  const before = world.found.length
  world.show('door', 1)
  await settled(() => world.found.length > before)
  expect(world.found.at(-1)?.strategy).toBe('good')
  await world.runs('bad')
  world.show('door', 1)
  await settled(() => world.found.some(({ strategy }) => strategy === 'bad'))
  expect(world.states.filter((state) => state.startsWith('bad'))).toEqual([
    'bad running',
    'bad backing_off',
    'bad starting',
    'bad running'
  ])
})
