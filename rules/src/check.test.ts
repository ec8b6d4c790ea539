import { check, type Masks, type Plane, ProtocolError, type Rule, Rules } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { checkRules } from './check.ts'

const zone: [number, number][] = [
  [0, 0],
  [1, 0],
  [1, 1]
]
const bowTie: [number, number][] = [
  [0, 0],
  [1, 1],
  [1, 0],
  [0, 1]
]
const square: [number, number][] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1]
]
const plane: Plane = { points: square, metres: square }
const name = 'Yard'
const hours = [{ days: ['mon' as const], from: '08:00', to: '18:00' }]

test('takes rules of every kind', () => {
  const rules: Rules = {
    a: { kind: 'zone-entered', name, zone },
    b: { kind: 'zone-left', name, zone },
    c: { kind: 'loitering', name, zone, seconds: 30 },
    d: { kind: 'dwell', name, zone, seconds: 0 },
    e: {
      kind: 'line-crossed',
      name,
      line: [
        [0, 0],
        [1, 1]
      ]
    },
    f: {
      kind: 'direction',
      name,
      arrow: [
        [0, 0],
        [1, 1]
      ]
    },
    g: { kind: 'occupancy', name, min: 1, max: 3, seconds: 5 },
    h: { kind: 'absence', name, seconds: 5 },
    i: { kind: 'speed', name, plane, aboveKmh: 30 },
    j: { kind: 'zone-entered', name, zone, schedule: { zone: 'Europe/Berlin', hours } }
  }
  expect(check(Rules, rules, 'rules')).toEqual(rules)
  expect(() => checkRules({ rules }, 'camera "door"')).not.toThrow()
})

test.each<[Rule, string, RegExp]>([
  [{ kind: 'zone-entered', name, zone: bowTie }, '/rules/r/zone/2', /from point 3 to 4 crosses .* received \[1,0\]/],
  [
    {
      kind: 'line-crossed',
      name,
      line: [
        [0.5, 0.5],
        [0.5, 0.5]
      ]
    },
    '/rules/r/line/1',
    /elsewhere than its beginning/
  ],
  [
    {
      kind: 'direction',
      name,
      arrow: [
        [0, 0],
        [0, 0]
      ]
    },
    '/rules/r/arrow/1',
    /elsewhere than its beginning/
  ],
  [{ kind: 'occupancy', name, seconds: 1 }, '/rules/r', /"min" or "max", or both/],
  [{ kind: 'occupancy', name, min: 4, max: 2, seconds: 1 }, '/rules/r/min', /at most max, which is 2, .* received 4/],
  [
    { kind: 'speed', name, plane: { points: bowTie, metres: square }, aboveKmh: 9 },
    '/rules/r/plane/points/1',
    /move point 2/
  ],
  [
    {
      kind: 'speed',
      name,
      plane: {
        points: square,
        metres: [
          [0, 0],
          [9, 0],
          [3, 3],
          [0, 9]
        ]
      },
      aboveKmh: 9
    },
    '/rules/r/plane/metres/2',
    /inward corner: move point 3 .* received \[3,3\]/
  ],
  [
    { kind: 'absence', name, seconds: 1, size: { minWidth: 0.4, maxWidth: 0.2 } },
    '/rules/r/size/minWidth',
    /at most maxWidth, which is 0.2/
  ],
  [
    { kind: 'absence', name, seconds: 1, schedule: { zone: 'Europe/Atlantis', hours } },
    '/rules/r/schedule/zone',
    /IANA time zone .* received "Europe\/Atlantis"/
  ]
])('refuses %j and says where and why', (rule, path, words) => {
  expect(faultOf({ rules: { r: rule } })).toMatchObject({ code: 'schema', path, message: expect.stringMatching(words) })
})

test('refuses masks whose sides cross', () => {
  expect(faultOf({ masks: { objects: [{ points: bowTie }] } }).path).toBe('/masks/objects/0/points/2')
  expect(faultOf({ masks: { motion: [zone, bowTie] } }).path).toBe('/masks/motion/1/2')
})

function faultOf(camera: { rules?: Rules; masks?: Masks }): ProtocolError {
  try {
    checkRules(camera, 'camera "door"')
  } catch (error) {
    if (error instanceof ProtocolError) return error
  }
  throw new Error('expected a ProtocolError')
}
