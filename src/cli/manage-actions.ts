import type { DatabaseType } from '../config/choose-by-type.js'
import type { Action } from './actions.js'

export interface BackUpToFileRequest {
  /** A plain dump of PostgreSQL, or a fixture of Django. */
  readonly format: 'sql' | 'json'
  readonly folder: string
}

export interface BackedUpFile {
  /** As seen from the current folder. */
  readonly location: string
  readonly file: string
  readonly bytes: number
  readonly records: number
  readonly warnings: readonly string[]
}

/** What the commands of older systems do that none of ours does. */
export interface ManageActions {
  /** What DATABASE_URL is beside DATABASE_URL_PROD; null where that is not set. */
  readonly usualType: Action<null, DatabaseType | null>
  readonly backUpToFile: Action<BackUpToFileRequest, BackedUpFile>
}
