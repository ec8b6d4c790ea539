/** A rule out of what was typed and drawn, not checked yet. Pure. */
import { labels, number, text } from '#lib/form_data.ts'
import { pointsIn } from './drawn.ts'
import { metresIn } from './ground.ts'
import { scheduleIn } from './hours.ts'
import { isKind, kinds } from './kinds.ts'
import { type NumberPath, objectNumbers, type RuleNumber, ruleNumbers } from './rule_numbers.ts'

export function ruleInput(form: FormData): Record<string, unknown> {
  const kind = text(form, 'kind')
  const { draws, asks, fine } = isKind(kind) ? kinds[kind] : { draws: [], asks: [], fine: [] }
  const classes = labels(form, 'classes')
  const rule: Record<string, unknown> = {
    ...{ kind, name: text(form, 'name'), enabled: form.has('enabled'), severity: text(form, 'severity') },
    ...(classes.length > 0 && { classes }),
    ...scheduleIn(form),
    ...(kind === 'line-crossed' && { direction: text(form, 'direction') || 'both' }),
    ...(kind === 'speed' && { plane: { metres: metresIn(form) } })
  }
  for (const path of [...objectNumbers, ...asks, ...fine]) putNumber(rule, path, form)
  for (const { path, otherwise } of draws) {
    const points = pointsIn(form, path)
    if (points.length > 0 || otherwise === undefined) put(rule, path, points)
  }
  return rule
}

/** An empty field with a usual value leaves it to the box. */
function putNumber(rule: Record<string, unknown>, path: NumberPath, form: FormData): void {
  const { usual, factor }: RuleNumber = ruleNumbers[path]
  if (text(form, path) === '' && usual !== undefined) return
  put(rule, path, number(form, path) / factor)
}

/** `size.minWidth`. */
function put(rule: Record<string, unknown>, path: string, value: unknown): void {
  const [key = '', inner] = path.split('.')
  rule[key] = inner === undefined ? value : { ...(rule[key] as object | undefined), [inner]: value }
}

/** What the rule has at that path; undefined where it says nothing. */
export function valueAt(rule: object | undefined, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], rule)
}
