/** The kinds of rules as people choose them: what is drawn for each, and what it asks for. */
import type { RuleKind } from '@vedette/protocol'

export interface Kind {
  word: string
  says: string
  /** What is drawn; with so many points at least and at most. `isOptional`: nothing drawn is the whole picture. */
  draws: { as: 'zone' | 'line' | 'arrow' | 'plane'; least: number; most: number; isOptional: boolean }
  /** Fields besides the common ones. */
  asks: readonly ('seconds' | 'min' | 'max' | 'aboveKmh' | 'metresWide' | 'metresDeep')[]
}

const zone = { as: 'zone', least: 3, most: 64, isOptional: false } as const
const zoneOrAll = { ...zone, isOptional: true } as const

export const kinds: Record<RuleKind, Kind> = {
  'zone-entered': { word: 'Enters a zone', says: 'Told once for each that comes in.', draws: zone, asks: [] },
  'zone-left': { word: 'Leaves a zone', says: 'Told once for each that goes.', draws: zone, asks: [] },
  loitering: {
    word: 'Stays too long',
    says: 'From when it has stayed so long until it leaves.',
    draws: zone,
    asks: ['seconds']
  },
  dwell: {
    word: 'How long it stayed',
    says: 'Told when it leaves, of those that stayed so long.',
    draws: zone,
    asks: ['seconds']
  },
  'line-crossed': {
    word: 'Crosses a line',
    says: 'Counts both directions. Looking from point 1 to point 2, who crosses from left to right goes in.',
    draws: { as: 'line', least: 2, most: 2, isOptional: false },
    asks: []
  },
  direction: {
    word: 'Moves in a direction',
    says: 'Told once for each that moves as the arrow does, such as the wrong way.',
    draws: { as: 'arrow', least: 2, most: 2, isOptional: false },
    asks: []
  },
  occupancy: {
    word: 'Too many or too few',
    says: 'While there are more or fewer for so long.',
    draws: zoneOrAll,
    asks: ['min', 'max', 'seconds']
  },
  absence: { word: 'Nobody there', says: 'While nothing was there for so long.', draws: zoneOrAll, asks: ['seconds'] },
  speed: {
    word: 'Too fast',
    says: 'Draw the four corners of a rectangle on the ground, far side first, and say how large it is.',
    draws: { as: 'plane', least: 4, most: 4, isOptional: false },
    asks: ['aboveKmh', 'metresWide', 'metresDeep']
  }
}

export function isKind(name: string): name is RuleKind {
  return Object.hasOwn(kinds, name)
}
