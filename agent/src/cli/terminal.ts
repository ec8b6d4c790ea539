/** Colours, where somebody looks at a terminal and has not asked for none (NO_COLOR). */
import { styleText } from 'node:util'
import type { FindingState } from '../finding.ts'

const STYLES = { ok: 'green', warning: 'yellow', wrong: 'red' } as const satisfies Record<FindingState, string>

export function paint(text: string, state: FindingState): string {
  return styleText(STYLES[state], text, { stream: process.stdout })
}
