/** The few scalar types that messages share. */
import Type, { type Static, type TSchema } from 'typebox'
import { VERSION } from './version.ts'

export const Version = Type.Literal(VERSION, { description: 'major version of the protocol' })

/** Box and camera ids: they are topic levels and file names. */
export const Id = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,62}$',
  description: '1–63 of a–z 0–9 _ -, not first _ or -'
})
export type Id = Static<typeof Id>

/** A map keyed by ids. Closed, because JSON Schema leaves the value of a key that is no id unchecked. */
export function ById<S extends TSchema>(schema: S) {
  return Type.Record(Id, schema, { additionalProperties: false })
}

export const Ulid = Type.String({ pattern: '^[0-9A-HJKMNP-TV-Z]{26}$', description: 'ULID' })

/** Wall-clock time, UTC, milliseconds: 2026-11-21T12:00:00.000Z (RFC 3339). */
export const Time = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
  description: 'UTC time with milliseconds, such as 2026-11-21T12:00:00.000Z'
})

export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 in lower-case hexadecimal' })
const TEXT_LENGTH = 2000
export const Text = Type.String({ maxLength: TEXT_LENGTH })
/** As much of it as a Text holds. */
export function clipped(words: string): string {
  return words.slice(0, TEXT_LENGTH)
}
export const Name = Type.String({ minLength: 1, maxLength: 200 })
export const Count = Type.Integer({ minimum: 0 })
/** 0 … 1. */
export const Fraction = Type.Number({ minimum: 0, maximum: 1 })
/** 0 … 100. */
export const Percent = Type.Number({ minimum: 0, maximum: 100 })
