/** Who is there: `up/presence` (retained, and last will), `vedette/v1/console/state`. */
import Type, { type Static } from 'typebox'
import { Time, Ulid, Version } from './scalars.ts'

export const Presence = Type.Object({
  v: Version,
  /** One per connection: the will of an older session says nothing about this one. */
  session: Ulid,
  online: Type.Boolean(),
  since: Time
})
export type Presence = Static<typeof Presence>

export const ConsoleState = Type.Object({ v: Version, up: Type.Boolean(), since: Time })
export type ConsoleState = Static<typeof ConsoleState>
