import type { CameraState, Id } from '@vedette/protocol'
import { test } from 'vitest'
import { judgeHandover, RELEASE_AFTER_MS, SETTLE_MS, TAKE_OVER_LIMIT_MS, type Verdict } from './handover.ts'

interface Given {
  sinceRunningMs: number
  /** State of each awaited camera in the new pipeline; `live` ones have frames unless told. */
  states: Record<Id, CameraState>
  withoutFrames?: Id[]
  released?: Id[]
}

function verdict({ sinceRunningMs, states, withoutFrames = [], released = [] }: Given): Verdict {
  return judgeHandover({
    sinceRunningMs,
    awaited: Object.keys(states),
    stateOf: (camera) => states[camera],
    hasFrames: (camera) => !withoutFrames.includes(camera),
    released: new Set(released)
  })
}

const wait: Verdict = { is: 'wait' }
const takeOver: Verdict = { is: 'take-over' }

const table: [what: string, given: Given, expected: Verdict][] = [
  ['waits until it has settled', { sinceRunningMs: SETTLE_MS - 1, states: { a: 'live' } }, wait],
  ['takes over when all are live', { sinceRunningMs: SETTLE_MS, states: { a: 'live', b: 'live' } }, takeOver],
  ['takes over when there is nothing to wait for', { sinceRunningMs: SETTLE_MS, states: {} }, takeOver],
  [
    'waits for one that is live without frames',
    { sinceRunningMs: 5000, states: { a: 'live' }, withoutFrames: ['a'] },
    wait
  ],
  ['waits for one that connects', { sinceRunningMs: 5000, states: { a: 'live', b: 'connecting' } }, wait],
  [
    'has those released that are refused while others came',
    { sinceRunningMs: RELEASE_AFTER_MS, states: { a: 'live', b: 'backing_off', c: 'connecting' } },
    { is: 'release', cameras: ['b', 'c'] }
  ],
  [
    'has one released first when none came',
    { sinceRunningMs: RELEASE_AFTER_MS, states: { a: 'backing_off', b: 'backing_off' } },
    { is: 'release', cameras: ['a'] }
  ],
  [
    'leaves the others where they are until the first has come',
    { sinceRunningMs: RELEASE_AFTER_MS + 500, states: { a: 'connecting', b: 'backing_off' }, released: ['a'] },
    wait
  ],
  [
    'has the others released once the first has come',
    { sinceRunningMs: RELEASE_AFTER_MS + 900, states: { a: 'live', b: 'backing_off' }, released: ['a'] },
    { is: 'release', cameras: ['b'] }
  ],
  [
    'has none released that is live but gives no frames: that is no matter of sessions',
    { sinceRunningMs: RELEASE_AFTER_MS, states: { a: 'live', b: 'live' }, withoutFrames: ['a', 'b'] },
    wait
  ],
  [
    'takes over after the limit without those that did not come',
    { sinceRunningMs: TAKE_OVER_LIMIT_MS, states: { a: 'live', b: 'backing_off' }, released: ['b'] },
    takeOver
  ],
  [
    'gives up when none has come',
    { sinceRunningMs: TAKE_OVER_LIMIT_MS, states: { a: 'backing_off', b: 'live' }, withoutFrames: ['b'] },
    { is: 'give-up', reason: 'It gave no frame of any camera within 30 s.' }
  ]
]

test.for(table)('%s', ([, given, expected], { expect }) => {
  expect(verdict(given)).toEqual(expected)
})
