/** How much of the disk the box may take for what it keeps, and how much of it must stay free. */
import Type, { type Static } from 'typebox'
import { closed } from './closed.ts'

export const DiskFile = Type.Object(
  {
    /** All of dataDir together. */
    maxBytes: Type.Optional(Type.Integer({ minimum: 1024 * 1024 })),
    /** On the disk of dataDir, whoever fills it. */
    minFreeBytes: Type.Optional(Type.Integer({ minimum: 0 }))
  },
  closed
)
export type DiskFile = Static<typeof DiskFile>

export interface DiskSettings {
  /** null: as much as fits. */
  maxBytes: number | null
  minFreeBytes: number
}

export function diskSettings(given: DiskFile = {}): DiskSettings {
  return { maxBytes: given.maxBytes ?? null, minFreeBytes: given.minFreeBytes ?? 512 * 1024 * 1024 }
}
