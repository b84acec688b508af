import type { Snapshot } from '../../../core/engine.js'

export interface SqliteSnapshot extends Snapshot {
  /**
   * A page copy of the very same snapshot, in the work folder: a whole database file of its own.
   * Taken where it was asked for, and always in rollback-journal mode.
   */
  readonly pageCopyPath: string | null
}
