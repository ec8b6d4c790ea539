/** The kinds of rules as people choose them: what is drawn for each, and what it asks for. */
import type { RuleKind } from '@vedette/protocol'
import type { NumberPath } from './rule_numbers.ts'

/** Something to draw. `path`: where in the rule it is, and its field in the form. */
export interface Shape {
  as: 'zone' | 'line' | 'arrow' | 'plane'
  path: 'zone' | 'line' | 'arrow' | 'plane.points' | 'points'
  word: string
  /** So many points at least and at most. */
  least: number
  most: number
  /** What holds when nothing is drawn; absent: it has to be. */
  otherwise?: string
}

export interface Kind {
  word: string
  says: string
  draws: readonly [Shape, ...Shape[]]
  /** What has to be said beside the common. */
  asks: readonly NumberPath[]
  /** What has a usual value. */
  fine: readonly NumberPath[]
}

const zone: Shape = { as: 'zone', path: 'zone', word: 'Zone', least: 3, most: 64 }
const zoneOrAll: Shape = { ...zone, otherwise: 'the whole picture' }
const line: Shape = { as: 'line', path: 'line', word: 'Line', least: 2, most: 2 }
const arrow: Shape = { as: 'arrow', path: 'arrow', word: 'Arrow', least: 2, most: 2 }
const plane: Shape = { as: 'plane', path: 'plane.points', word: 'Ground', least: 4, most: 4 }

export const kinds: Record<RuleKind, Kind> = {
  'zone-entered': {
    word: 'Enters a zone',
    says: 'Told once for each that comes in.',
    draws: [zone],
    asks: [],
    fine: ['inertiaFrames']
  },
  'zone-left': {
    word: 'Leaves a zone',
    says: 'Told once for each that goes.',
    draws: [zone],
    asks: [],
    fine: ['inertiaFrames']
  },
  loitering: {
    word: 'Stays too long',
    says: 'From when it has stayed so long until it leaves.',
    draws: [zone],
    asks: ['seconds'],
    fine: ['inertiaFrames']
  },
  dwell: {
    word: 'How long it stayed',
    says: 'Told when it leaves, of those that stayed so long.',
    draws: [zone],
    asks: ['seconds'],
    fine: ['inertiaFrames']
  },
  'line-crossed': {
    word: 'Crosses a line',
    says: 'Counts both directions. Looking from point 1 to point 2, who crosses from left to right goes in.',
    draws: [line],
    asks: [],
    fine: ['hysteresis']
  },
  direction: {
    word: 'Moves in a direction',
    says: 'Told once for each that moves as the arrow does, such as the wrong way.',
    draws: [arrow, zoneOrAll],
    asks: [],
    fine: ['toleranceDegrees', 'distance', 'inertiaFrames']
  },
  occupancy: {
    word: 'Too many or too few',
    says: 'While there are more or fewer for so long.',
    draws: [zoneOrAll],
    asks: ['min', 'max', 'seconds'],
    fine: ['inertiaFrames']
  },
  absence: {
    word: 'Nobody there',
    says: 'While nothing was there for so long.',
    draws: [zoneOrAll],
    asks: ['seconds'],
    fine: ['inertiaFrames']
  },
  speed: {
    word: 'Too fast',
    says: 'Draw four points of the ground in order round it, far side first, and say where they are.',
    draws: [plane, { ...zone, otherwise: 'the ground between the four points' }],
    asks: ['aboveKmh'],
    fine: ['inertiaFrames']
  }
}

export function isKind(name: string): name is RuleKind {
  return Object.hasOwn(kinds, name)
}
