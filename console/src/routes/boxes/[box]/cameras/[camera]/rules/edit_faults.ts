/** What is wrong with a rule or a mask, by the fields of its form and in their units. Pure. */
import type { RuleKind } from '@vedette/protocol'
import { boundsWords, isNumber } from './rule_numbers.ts'

/** Errors are keyed by their place, such as `rules.gate.zone.2`; those of another rule are of the whole. */
export function editFaults(errors: Record<string, string>, at: string, kind: RuleKind | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).map(([place, said]) => {
      if (!place.startsWith(`${at}.`) && place !== at) return ['', said]
      const path = place.slice(at.length + 1)
      return [path, faultWords(path, said, kind)]
    })
  )
}

/** Of a field, or of what is in it. */
export function faultAt(errors: Record<string, string>, path: string): string | undefined {
  const place = Object.keys(errors).find((one) => one === path || one.startsWith(`${path}.`))
  return place === undefined ? undefined : errors[place]
}

function faultWords(path: string, said: string, kind: RuleKind | null): string {
  // The protocol says: expected X for /rules/gate/zone/2, received Y.
  const expected = /^expected (.*?),? for \/\S+, received /s.exec(said)?.[1] ?? said
  if (/^at most max/.test(expected)) return 'The least is above the most.'
  if (kind !== null && isNumber(path)) return `Expected ${boundsWords(kind, path)}.`
  if (path === '') return 'Say below how many, above how many, or both.'
  if (path === 'name') return 'Give it a name of 1 to 200 characters.'
  const row = /^schedule\.hours\.(\d+)/.exec(path)?.[1]
  const where = row === undefined ? '' : `Row ${Number(row) + 1}: `
  return `${where === '' ? 'E' : `${where}e`}xpected ${expected}.`
}
