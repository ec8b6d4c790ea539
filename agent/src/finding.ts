/** One line of what `vedette doctor` and `vedette probe` say. */
export type FindingState = 'ok' | 'warning' | 'wrong'

export interface Finding {
  check: string
  state: FindingState
  /** What is there, for a person. */
  found: string
  /** What to do; null when all is well. */
  remedy: string | null
}

export function ok(check: string, found: string): Finding {
  return { check, state: 'ok', found, remedy: null }
}

export function warning(check: string, found: string, remedy: string): Finding {
  return { check, state: 'warning', found, remedy }
}

export function wrong(check: string, found: string, remedy: string): Finding {
  return { check, state: 'wrong', found, remedy }
}
