/** A rule out of what was typed and drawn, not checked yet; what the form does not show stays as it was. Pure. */
import type { Rule, Rules } from '@vedette/protocol'
import { text } from '#lib/server/form.ts'

export function ruleInput(form: FormData, was: Rule | null): Record<string, unknown> {
  const kind = text(form, 'kind')
  const kept = was?.kind === kind ? was : {}
  return {
    ...withoutDrawn(kept),
    kind,
    name: text(form, 'name'),
    enabled: form.has('enabled'),
    severity: text(form, 'severity'),
    classes: labelsOf(text(form, 'classes')),
    ...drawn(kind, form)
  }
}

/** `gate-2` of “Gate”, when there is a gate already. */
export function newRuleId(name: string, rules: Rules): string {
  const base = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50)
  const first = base === '' ? 'rule' : base
  for (let n = 1; ; n++) {
    const id = n === 1 ? first : `${first}-${n}`
    if (!Object.hasOwn(rules, id)) return id
  }
}

function withoutDrawn(rule: Partial<Rule>): object {
  return Object.fromEntries(
    Object.entries(rule)
      .filter(([key]) => rule.kind === 'direction' || rule.kind === 'speed' || key !== 'zone')
      .filter(([key]) => key !== 'min' && key !== 'max')
  )
}

function drawn(kind: string, form: FormData): object {
  const points = jsonOf(text(form, 'points'))
  const seconds = number(form, 'seconds')
  switch (kind) {
    case 'line-crossed':
      return { line: points }
    case 'direction':
      return { arrow: points }
    case 'speed':
      return {
        plane: { points, metres: rectangle(number(form, 'metresWide'), number(form, 'metresDeep')) },
        aboveKmh: number(form, 'aboveKmh')
      }
    case 'occupancy':
      return { ...zoneOrAll(points), ...optional(form, 'min'), ...optional(form, 'max'), seconds }
    case 'absence':
      return { ...zoneOrAll(points), seconds }
    case 'loitering':
    case 'dwell':
      return { zone: points, seconds }
    default:
      return { zone: points }
  }
}

function zoneOrAll(points: unknown): object {
  return Array.isArray(points) && points.length === 0 ? {} : { zone: points }
}

/** The far side first, as the corners are drawn. */
function rectangle(wide: number, deep: number): [number, number][] {
  return [
    [0, deep],
    [wide, deep],
    [wide, 0],
    [0, 0]
  ]
}

function optional(form: FormData, name: string): object {
  return text(form, name) === '' ? {} : { [name]: number(form, name) }
}

function number(form: FormData, name: string): number {
  const typed = text(form, name)
  return typed === '' ? Number.NaN : Number(typed)
}

function labelsOf(typed: string): string[] {
  return typed
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '')
}

function jsonOf(typed: string): unknown {
  try {
    return JSON.parse(typed)
  } catch {
    return typed
  }
}
