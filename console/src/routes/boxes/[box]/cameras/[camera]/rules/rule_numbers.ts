/** The numbers of rules as the form shows them; between which bounds they lie, the wire's own schema says. */
import { Rule, type RuleKind } from '@vedette/protocol'
import { ruleDefaults } from '@vedette/rules'

export interface RuleNumber {
  label: string
  unit: string
  /** Shown as so many times what the wire has. */
  factor: 1 | 100
  hint: string
  /** As the wire has it: what holds when the field is empty; null: there is no limit. Absent: it has to be said. */
  usual?: number | null
  /** What a new rule begins with. */
  start?: number
}

const size = (label: string, hint: string): RuleNumber => ({ label, unit: '%', factor: 100, hint, usual: null })
const aspect = (label: string, hint: string): RuleNumber => ({ label, unit: '', factor: 1, hint, usual: null })

export const ruleNumbers = {
  seconds: { label: 'Seconds', unit: 's', factor: 1, hint: 'For so long.', start: 10 },
  min: { label: 'Fewer than', unit: 'objects', factor: 1, hint: 'Empty: not told.', usual: null },
  max: { label: 'More than', unit: 'objects', factor: 1, hint: 'Empty: not told.', usual: null },
  aboveKmh: { label: 'Faster than, km/h', unit: 'km/h', factor: 1, hint: '' },
  minConfidence: {
    ...{ label: 'Least confidence, %', unit: '%', factor: 100, usual: 0 },
    hint: 'Of the surest look at it so far.'
  },
  'size.minWidth': size('Least width, %', 'Of the picture’s width.'),
  'size.maxWidth': size('Most width, %', 'Of the picture’s width.'),
  'size.minHeight': size('Least height, %', 'Of the picture’s height.'),
  'size.maxHeight': size('Most height, %', 'Of the picture’s height.'),
  'size.minAspect': aspect('Least width by height', 'Of those two shares.'),
  'size.maxAspect': aspect('Most width by height', 'Of those two shares.'),
  inertiaFrames: {
    ...{ label: 'Frames in a row', unit: 'frames', factor: 1, usual: ruleDefaults.inertiaFrames },
    hint: 'So many until somebody counts as inside, or as outside again.'
  },
  hysteresis: {
    ...{ label: 'Beyond the line by, %', unit: '%', factor: 100, usual: ruleDefaults.hysteresis },
    hint: 'So far, or it is only jitter on the line.'
  },
  toleranceDegrees: {
    ...{ label: 'To either side, degrees', unit: '°', factor: 1, usual: ruleDefaults.toleranceDegrees },
    hint: 'How far it may go off the arrow.'
  },
  distance: {
    ...{ label: 'After, %', unit: '%', factor: 100, usual: ruleDefaults.distance },
    hint: 'Of the picture: so far it must have come for its direction to be known.'
  }
} satisfies Record<string, RuleNumber>

export type NumberPath = keyof typeof ruleNumbers
/** Of every kind: which objects it is about. */
export const objectNumbers: NumberPath[] = [
  'minConfidence',
  'size.minWidth',
  'size.maxWidth',
  'size.minHeight',
  'size.maxHeight',
  'size.minAspect',
  'size.maxAspect'
]

export function isNumber(path: string): path is NumberPath {
  return Object.hasOwn(ruleNumbers, path)
}

/** As people type it, so that 7 % is not 7.000000000000001 %. */
export function shown(path: NumberPath, value: number): number {
  return Number((value * ruleNumbers[path].factor).toFixed(4))
}

interface Node {
  properties?: Record<string, Node>
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
}

/** `0 to 100 %`, `above 0 to 1000 km/h`, `0 or more objects`. */
export function boundsWords(kind: RuleKind, path: NumberPath): string {
  const { unit, factor } = ruleNumbers[path]
  const rule = Rule.anyOf.find(({ properties }) => properties.kind.const === kind) as Node | undefined
  const node = path.split('.').reduce<Node | undefined>((at, key) => at?.properties?.[key], rule)
  const least = node?.minimum ?? node?.exclusiveMinimum ?? 0
  const from = `${node?.exclusiveMinimum === undefined ? '' : 'above '}${least * factor}`
  const to = node?.maximum === undefined ? 'or more' : `to ${node.maximum * factor}`
  return `${from} ${to} ${unit}`.trim()
}

/** What the field says of itself. */
export function numberHint(kind: RuleKind, path: NumberPath): string {
  const number: RuleNumber = ruleNumbers[path]
  const empty = number.usual == null ? '' : ` Empty: ${shown(path, number.usual)}.`
  return `${number.hint} ${boundsWords(kind, path)}.${empty}`.trim()
}
