/** A form that was refused: what was wrong, by field, and what had been typed. */
export interface Back {
  errors: Record<string, string>
  values: Record<string, string>
}
