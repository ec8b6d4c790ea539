import { expect, test } from 'vitest'
import { inWords, nothingRuns, type Running, steps } from './steps.ts'
import { camera, desired, model } from './testing/documents.ts'

const all = { isOnDisk: () => true, isBuilt: () => true }
const none = { isOnDisk: () => false, isBuilt: () => true }
const running = (part: Partial<Running> = {}): Running => ({
  cameras: { door: camera() },
  interval: 0,
  tracker: 'default',
  model: null,
  secondaries: [],
  compare: null,
  alerts: null,
  ...part
})

test('finds nothing to do when all is as it should be', () => {
  expect(steps(desired(), running(), all)).toEqual([])
})

test('removes, changes and adds only the cameras that differ', () => {
  const cameras = { door: camera({ name: 'Front door' }), yard: camera(), shop: camera() }
  const now = running({ cameras: { door: camera(), yard: camera(), old: camera() } })
  expect(steps(desired({ cameras }), now, all)).toEqual([
    { do: 'remove-camera', camera: 'old' },
    { do: 'change-camera', camera: 'door' },
    { do: 'add-camera', camera: 'shop' }
  ])
})

test('compares the revision of a credential, not its ciphertext', () => {
  const sealed = (revision: number, text: string) => ({ door: camera({ credential: { revision, sealed: text } }) })
  const now = running({ cameras: sealed(3, 'AAAA') })
  expect(steps(desired({ cameras: sealed(3, 'BBBB') }), now, all)).toEqual([])
  expect(steps(desired({ cameras: sealed(4, 'AAAA') }), now, all)).toEqual([{ do: 'change-camera', camera: 'door' }])
})

test('downloads a model after the cameras and switches to it after that', () => {
  const wanted = desired({ models: { p: model('a') }, analysis: { model: 'p', interval: 2, tracker: 'none' } })
  const todo = steps(wanted, nothingRuns, none)
  expect(todo.map((step) => step.do)).toEqual(['add-camera', 'set-interval', 'fetch-model', 'switch-model'])
  expect(todo.map(inWords)).toContain('downloading model a 1.0.0')
})

test('has models at hand that are not used yet, last of all', () => {
  const wanted = desired({
    models: { p: model('a'), q: model('b') },
    analysis: { model: 'p', interval: 0, tracker: 'default' }
  })
  const todo = steps(wanted, running(), { ...all, isOnDisk: (sha256) => sha256.startsWith('a') })
  expect(todo.map((step) => step.do)).toEqual(['switch-model', 'fetch-model'])
})

test('switches the model off when none is wanted', () => {
  expect(steps(desired(), running({ model: model('a') }), all)).toEqual([{ do: 'switch-model', id: null, model: null }])
})

test('builds an engine after the download and before the switch', () => {
  const wanted = desired({ models: { p: model('a') }, analysis: { model: 'p', interval: 0, tracker: 'default' } })
  const needed = { isOnDisk: () => false, isBuilt: () => false }
  const todo = steps(wanted, running(), needed)
  expect(todo.map((step) => step.do)).toEqual(['fetch-model', 'build-engine', 'switch-model'])
  expect(todo.map(inWords)).toContain('building the engine of model a 1.0.0')
})

test('has the models on objects after the model that finds them, each once', () => {
  const secondaries = [
    { model: 's', classes: ['car'] },
    { model: 's', classes: ['bus'] }
  ]
  const wanted = desired({
    models: { p: model('a'), s: model('b') },
    analysis: { model: 'p', interval: 0, tracker: 'default', secondaries }
  })
  const todo = steps(wanted, running(), none)
  expect(todo.map((step) => step.do)).toEqual(['fetch-model', 'switch-model', 'fetch-model', 'set-secondaries'])
  expect(todo.at(-1)).toMatchObject({ secondaries: [{ model: model('b'), classes: ['car'] }, { classes: ['bus'] }] })
  const same = { model: model('a'), secondaries: secondaries.map(({ classes }) => ({ model: model('b'), classes })) }
  expect(steps(wanted, running(same), all)).toEqual([])
})

test('has the model to compare with before it compares, and ends the comparison when none is wanted', () => {
  const [ssd, nano] = [model('a'), model('b')]
  const models = { ssd, nano }
  const analysis = { model: 'ssd', interval: 0, tracker: 'default' as const, compare: { model: 'nano', interval: 9 } }
  const wanted = desired({ models, analysis })
  const compare = { model: nano, interval: 9 }
  expect(steps(wanted, running({ model: ssd }), none).map((step) => step.do)).toEqual([
    'fetch-model',
    'fetch-model',
    'set-compare'
  ])
  expect(steps(wanted, running({ model: ssd, compare }), all)).toEqual([])
  const { compare: _, ...plain } = analysis
  expect(steps(desired({ models, analysis: plain }), running({ model: ssd, compare }), all)).toEqual([
    { do: 'set-compare', compare: null }
  ])
})
