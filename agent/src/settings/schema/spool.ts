/** Events that wait for the console. */
import Type, { type Static } from 'typebox'
import { closed } from './closed.ts'

export const SpoolFile = Type.Object(
  {
    maxBytes: Type.Optional(Type.Integer({ minimum: 65_536 })),
    maxAgeDays: Type.Optional(Type.Number({ exclusiveMinimum: 0 }))
  },
  closed
)
export type SpoolFile = Static<typeof SpoolFile>

export interface SpoolSettings {
  maxBytes: number
  maxAgeDays: number
}

export function spoolSettings(given: SpoolFile = {}): SpoolSettings {
  return { maxBytes: 64 * 1024 * 1024, maxAgeDays: 30, ...given }
}
