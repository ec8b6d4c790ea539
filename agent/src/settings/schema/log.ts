/** Where the log goes beside the standard output, which journald or a container keeps. */
import Type, { type Static } from 'typebox'
import { closed } from './closed.ts'
import { FilePath } from './file_path.ts'

const Optional = Type.Optional

export const LogFile = Type.Object(
  {
    file: Optional(FilePath),
    maxBytes: Optional(Type.Integer({ minimum: 4096 })),
    /** Older files that stay. */
    keep: Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
    maxAgeDays: Optional(Type.Number({ exclusiveMinimum: 0 }))
  },
  closed
)
export type LogFile = Static<typeof LogFile>

export interface LogSettings {
  /** null: only the standard output. */
  file: string | null
  maxBytes: number
  keep: number
  maxAgeDays: number
}

export function logSettings(given: LogFile = {}): LogSettings {
  return { file: null, maxBytes: 10 * 1024 * 1024, keep: 9, maxAgeDays: 30, ...given }
}
