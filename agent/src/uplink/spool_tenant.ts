/** Who keeps other tables in the spool's file: what it has to write is committed in one transaction with the events. */
import type { DatabaseSync } from 'node:sqlite'

export interface SpoolTenant {
  /** The file was opened, or a new one made: makes its tables and reads them. Throws what SQLite throws. */
  opened(db: DatabaseSync): void
  readonly hasChanges: boolean
  /** Inside of the transaction; again, with all of it, when that fails. */
  write(db: DatabaseSync): void
  /** What `write` wrote last has been committed. */
  written(): void
  /** It could not be, and stays in memory for now. */
  failed(): void
}
