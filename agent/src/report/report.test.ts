import { type Desired, decode, encode } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { type Counters, cameraHealth } from './camera_health.ts'
import { reasonsDegraded } from './degraded.ts'
import { type ModelFacts, ModelStates } from './model_states.ts'
import { reported } from './reported.ts'

const counters: Counters = {
  framesDecoded: 100,
  framesAnalysed: 50,
  framesDropped: 3,
  lastFrameAgeMs: 40,
  bitsPerSecond: 1000.4,
  latencyMsP50: -1,
  latencyMsP99: 12.34,
  clockAheadMs: null,
  packetsLate: 7,
  jitterBufferMs: 500
}
const sha256 = 'a'.repeat(64)

test('rates are what was counted since the look before, and a counter that fell has begun anew', () => {
  const before = { atMs: 0, cameras: { door: counters, yard: counters }, objects: { door: 10 } }
  const later = { ...counters, framesDecoded: 350, framesAnalysed: 150 }
  const now = {
    atMs: 10_000,
    cameras: { door: later, yard: { ...counters, framesDecoded: 20, clockAheadMs: -3600.4 } },
    objects: { door: 260 }
  }
  const { door, yard } = cameraHealth(before, now)
  expect(door).toEqual({
    fps: 25,
    analysedFps: 10,
    latencyMsP50: null,
    latencyMsP99: 12.3,
    lastFrameAgeMs: 40,
    dropped: 3,
    bitsPerSecond: 1000,
    jitterBufferMs: 500,
    packetsLate: 7,
    objectsPerFrame: 2.5
  })
  expect(yard).toMatchObject({ fps: 2, analysedFps: 0, objectsPerFrame: 0, clockAheadMs: -3600 })
})

test('a model goes from waiting to running and says each change once', () => {
  const states = new ModelStates()
  const model = { name: 'ssd', version: '1.0.0', sha256, bytes: 10 }
  const desired = { models: { ssd: model } } as unknown as Desired
  const facts: ModelFacts = {
    isOnDisk: () => false,
    arrived: new Map(),
    heldUp: new Map(),
    building: new Map(),
    rebuilt: new Map(),
    beside: new Map(),
    failures: new Map(),
    rolledBack: new Map(),
    selected: null
  }
  const look = (more: Partial<ModelFacts>) => states.look(desired, { ...facts, ...more }, 0).map(({ state }) => state)
  expect(look({})).toEqual(['waiting'])
  expect(look({ arrived: new Map([[sha256, 4]]) })).toEqual(['downloading'])
  expect(states.states.ssd).toMatchObject({ bytesDone: 4, bytesTotal: 10 })
  expect(look({ arrived: new Map([[sha256, 5]]), heldUp: new Map([[sha256, 'nothing listens']]) })).toEqual([])
  expect(states.states.ssd).toMatchObject({ reason: 'Nothing listens.' })
  const words = 'Building its engine for 16 pictures at once in FP16.'
  expect(look({ isOnDisk: () => true, building: new Map([[sha256, { sinceMs: 0, words }]]) })).toEqual(['building'])
  expect(states.states.ssd).toMatchObject({ reason: words })
  expect(look({ isOnDisk: () => true, failures: new Map([[sha256, 'No memory.']]) })).toEqual(['failed'])
  expect(look({ selected: { sha256, isRunning: false } })).toEqual(['starting'])
  expect(look({ selected: { sha256, isRunning: true } })).toEqual(['running'])
  expect(look({ rolledBack: new Map([[sha256, 'It saw nothing.']]) })).toEqual(['rolled_back'])
  expect(states.states.ssd).toMatchObject({ reason: 'It saw nothing.' })
})

test('the report is a valid message, and a box that is not well says why', () => {
  const now = reported({
    atMs: 0,
    desired: { observed: { rev: 2, sha256 }, applied: null, lastGood: null, whyNotYet: 'Downloading.' },
    cameras: new Map([
      ['door', { state: 'auth_failed', since: 0, reason: 'The camera refused the password.', nextTryAt: 1 }]
    ]),
    models: {},
    engine: { state: 'backing_off', since: 0, reason: 'It fell.', restarts: 1 },
    troubles: ['The disk is full.']
  })
  expect(decode('up/reported', encode('up/reported', now))).toEqual(now)
  expect(reasonsDegraded({ reported: now, console: { state: 'waiting', reason: 'no route' } })).toEqual([
    'The console is out of reach: no route.',
    'The engine is backing off. It fell.',
    'The disk is full.',
    'Downloading.',
    'Camera door is auth failed. The camera refused the password.'
  ])
  const yard = { state: 'backing_off', since: '', reason: 'Backing off: the camera refused the connection.' }
  const cameras = { yard } as unknown as typeof now.cameras
  expect(reasonsDegraded({ reported: { ...now, cameras }, console: null })).toContain(
    'Camera yard is backing off: the camera refused the connection.'
  )
  const colour = {
    state: 'starting',
    since: '',
    reason: 'It took longer than its 2 s.',
    restarts: 3,
    labels: [] as string[]
  } as const
  const strategies = { colour, first: { ...colour, reason: '' } }
  expect(reasonsDegraded({ reported: { ...now, strategies }, console: null }).at(-1)).toBe(
    'Detection strategy colour does not run: It took longer than its 2 s.'
  )
})
