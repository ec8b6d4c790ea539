/**
 * Who looks at a camera: the model of the pipeline, and detection strategies, each in a time of its own. Each has a rule
 * set of its own with the rules that are about what it finds, because its frames say nothing of what another has seen.
 * Pure.
 */
import type { Rule, Rules } from '@vedette/protocol'

export interface Looker {
  /** null: the model. */
  strategy: string | null
  labels: readonly string[]
}

/** Those of a camera's rules that this looker's frames decide. A rule that names no classes is about the model's objects. */
export function rulesOf(rules: Rules, looker: Looker, lookers: readonly Looker[]): Rules {
  return Object.fromEntries(Object.entries(rules).filter(([, rule]) => isDecidedBy(rule, looker, lookers)))
}

/** Rules that count objects of several lookers at once, which nobody can: only the first of the lookers is asked. */
export function mixedRules(rules: Rules, lookers: readonly Looker[]): { rule: string; lookers: Looker[] }[] {
  return Object.entries(rules).flatMap(([id, rule]) => {
    const named = namedIn(rule, lookers)
    return countsTogether(rule) && named.length > 1 ? [{ rule: id, lookers: named }] : []
  })
}

function isDecidedBy(rule: Rule, looker: Looker, lookers: readonly Looker[]): boolean {
  const named = namedIn(rule, lookers)
  if (named.length === 0) return looker.strategy === null
  return countsTogether(rule) ? looker === named[0] : named.includes(looker)
}

function namedIn({ classes = [] }: Rule, lookers: readonly Looker[]): Looker[] {
  return lookers.filter(({ labels }) => labels.some((label) => classes.includes(label)))
}

/** The others judge one track at a time. */
function countsTogether({ kind }: Rule): boolean {
  return kind === 'occupancy' || kind === 'absence'
}
