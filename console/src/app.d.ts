import type { Rooms } from '#lib/server/rooms.ts'
import type { PersonView } from '#lib/view.ts'

declare global {
  namespace App {
    interface Locals {
      rooms: Rooms
      /** Null only on /sign-in and /welcome. */
      person: PersonView | null
      /** The session's token, for signing out. */
      session: string | null
    }
  }
}
