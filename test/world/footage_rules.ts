/** Rules on the pedestrians of vtest, as the picture in design/ shows them. */
import type { Rules } from '@vedette/protocol'

const lawn: [number, number][] = [
  [0.3, 0.35],
  [0.7, 0.35],
  [0.85, 0.75],
  [0.2, 0.75]
]

export const footageRules = {
  path: {
    kind: 'line-crossed',
    name: 'Path',
    classes: ['person'],
    line: [
      [0.5, 0.2],
      [0.5, 1]
    ]
  },
  entered: { kind: 'zone-entered', name: 'Square', classes: ['person'], zone: lawn },
  left: { kind: 'zone-left', name: 'Square', classes: ['person'], zone: lawn }
} satisfies Rules
