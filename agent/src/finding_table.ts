/** Findings as text for a terminal. Pure. */
import type { Finding, FindingState } from './finding.ts'

const SIGNS: Record<FindingState, string> = { ok: 'ok', warning: 'warning', wrong: 'WRONG' }

export interface Section {
  title: string
  findings: Finding[]
}

/** `paint` colours a sign for a terminal. */
export function table(
  sections: readonly Section[],
  paint: (sign: string, state: FindingState) => string = (sign) => sign
): string {
  const all = sections.flatMap(({ findings }) => findings)
  const width = Math.max(0, ...all.map(({ check }) => check.length))
  const line = ({ check, state, found, remedy }: Finding) => {
    const head = `  ${paint(SIGNS[state].padEnd(7), state)}  ${check.padEnd(width)}  ${found}`
    return remedy === null ? head : `${head}\n${' '.repeat(11)}→ ${remedy}`
  }
  const parts = sections
    .filter(({ findings }) => findings.length > 0)
    .map(({ title, findings }) => [title, ...findings.map(line)].join('\n'))
  return [...parts, summary(all)].join('\n\n')
}

function summary(findings: readonly Finding[]): string {
  const count = (state: FindingState) => findings.filter((finding) => finding.state === state).length
  const [bad, doubtful] = [count('wrong'), count('warning')]
  if (findings.length === 0) return 'Nothing was checked.'
  if (bad === 0 && doubtful === 0)
    return findings.length === 1 ? 'The one check is well.' : `All ${findings.length} checks are well.`
  return `${plural(findings.length, 'check')}: ${bad} wrong, ${plural(doubtful, 'warning')}.`
}

function plural(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}s`}`
}
