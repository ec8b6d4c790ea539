/** `dn/watch`: leases. A box sends frames, previews and logs only while somebody looks. */
import Type, { type Static } from 'typebox'
import { Id, Version } from './scalars.ts'

/** A lease ends by itself after this time; the console renews it at a third. */
export const LEASE_MS = 15_000

export const Watch = Type.Object({
  v: Version,
  /** Cameras whose frames to send. Replaces the list before. */
  frames: Type.Array(Id, { maxItems: 256 }),
  /** Cameras whose pictures to send. */
  previews: Type.Array(
    Type.Object({
      camera: Id,
      maxFps: Type.Number({ exclusiveMinimum: 0, maximum: 30 }),
      width: Type.Integer({ minimum: 64, maximum: 1920 })
    }),
    { maxItems: 256 }
  ),
  logs: Type.Boolean()
})
export type Watch = Static<typeof Watch>
