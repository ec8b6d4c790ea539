/** How much an event matters. */
import Type, { type Static } from 'typebox'

export const Severity = Type.Union([
  Type.Literal('debug'),
  Type.Literal('info'),
  Type.Literal('warning'),
  Type.Literal('error')
])
export type Severity = Static<typeof Severity>
