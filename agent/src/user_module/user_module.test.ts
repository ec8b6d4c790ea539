import { existsSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { startModule } from './testing/modules.ts'

const settled = (what: () => boolean) => vi.waitFor(() => expect(what()).toBe(true), { timeout: 50_000, interval: 20 })

test('calls an object, a class with its configuration, and what a function makes of it', async () => {
  const object = startModule('export default { work: (a: number, b: number) => a + b }')
  expect(await object.module.call('work', [1, 2])).toBe(3)
  const source = `
    export class Mine {
      #config: { times: number }
      constructor(config: { times: number }) { this.#config = config }
      async work(value: number) { return value * this.#config.times }
    }
    export const make = (config: { times: number }) => new Mine(config)`
  const made = startModule(source, { export: 'make', config: { times: 5 } })
  const constructed = startModule(source, { export: 'Mine', config: { times: 7 } })
  expect(await made.module.call('work', [6])).toBe(30)
  expect(await constructed.module.call('work', [6])).toBe(42)
})

test('hands bytes over as they are', async () => {
  const { module } = startModule(`export const work = ({ width, data }) => width + data[0] + data[data.length - 1]`)
  const data = new Uint8Array(3_000_000).fill(7)
  data[data.length - 1] = 200
  expect(await module.call('work', [{ width: 100 }], { name: 'data', data })).toBe(307)
})

test('an error of its own is told, and it goes on in the same process', async () => {
  const { module } = startModule(
    `export const work = (n) => { if (n < 0) throw new Error('no negative ' + n); return n }`
  )
  await expect(module.call('work', [-3])).rejects.toMatchObject({ code: 'threw', message: 'no negative -3' })
  const { pid } = module.status
  expect(await module.call('work', [3])).toBe(3)
  expect(module.status).toMatchObject({ state: 'running', restarts: 0, pid })
})

test.each([
  ['loops for ever', 'for (;;);', /took longer than its 2 s/],
  ['never answers', 'return new Promise(() => {})', /took longer than its 2 s/],
  ['exits', 'process.exit(3)', /ended with code 3/],
  ['aborts', 'process.abort()', /ended by SIG/],
  ['takes all memory', 'const all = []; for (;;) all.push(Buffer.alloc(8e6, 1))', /more than its 256 MiB|took longer/],
  [
    'grows its heap',
    'const all = []; for (;;) all.push({ a: [all.length] })',
    /MiB of memory|ended (with|by)|took longer/
  ],
  [
    'writes garbage into the channel',
    `writeSync(3, 'this is no message at all, and far too long a one'); return new Promise(() => {})`,
    /no message/
  ],
  [
    'throws where nobody catches',
    `setImmediate(() => { throw new Error('late') }); return new Promise(() => {})`,
    /code 1/
  ]
])('one that %s is ended, the caller is told, and it is started again', async (_, body, reason) => {
  const { module, lines } = startModule(
    `import { writeSync } from 'node:fs'
     export const work = (how: string) => { if (how === 'well') return 'well'; ${body} }`,
    { callLimitMs: 2000, memoryMiB: 256 }
  )
  await settled(() => module.status.state === 'running')
  const { pid } = module.status
  await expect(module.call('work', ['badly'])).rejects.toMatchObject({
    code: 'ended',
    message: expect.stringMatching(reason)
  })
  expect(module.status).toMatchObject({ state: 'backing_off', restarts: 1, reason: expect.stringMatching(reason) })
  expect(lines.at(-1)).toMatch(/^mine: .*Next try in/)
  expect(existsSync(`/proc/${pid}`)).toBe(false)
  await settled(() => module.status.state === 'running')
  expect(await module.call('work', ['well'])).toBe('well')
})

test.each([
  ['is not there', null, /could not be loaded: Cannot find module/],
  ['does not parse', 'export const work = (', /could not be loaded/],
  ['lacks what it must do', 'export const play = () => 1', /has no function work/]
])('one that %s says so and is tried again', async (_, source, reason) => {
  const { module } = startModule(source ?? '', source === null ? { path: '/nowhere/mine.ts' } : {})
  await settled(() => module.status.restarts > 0)
  expect(module.status).toMatchObject({ state: 'backing_off', reason: expect.stringMatching(reason) })
  await expect(module.call('work', [])).rejects.toMatchObject({ code: 'away' })
})

test('more calls than may wait are refused at once', async () => {
  const { module } = startModule('export const work = (ms) => new Promise((done) => setTimeout(done, ms, ms))', {
    maxWaiting: 2
  })
  await settled(() => module.status.state === 'running')
  const taken = [module.call('work', [50]), module.call('work', [1]), module.call('work', [2])]
  await expect(module.call('work', [3])).rejects.toMatchObject({ code: 'busy' })
  expect(await Promise.all(taken)).toEqual([50, 1, 2])
})

test('sees nothing of the environment that may be a secret, and its output goes to the log, bounded', async () => {
  vi.stubEnv('VEDETTE_BOX_SECRET', 's3cret')
  const { module, lines } = startModule(
    `export const work = () => { for (let i = 0; i < 500; i++) console.log('line', i); return Object.keys(process.env) }`
  )
  const names = await module.call('work', [])
  vi.unstubAllEnvs()
  expect(names).not.toContain('VEDETTE_BOX_SECRET')
  await settled(() => lines.includes('mine: … (more in this second)'))
  expect(lines[0]).toBe('mine: line 0')
  expect(lines.length).toBeLessThan(100)
})
