import type { BackupRecord } from '../../../core/backups/catalog.js'
import { shownError, type ErrorBody } from '../../error-answer.js'
import type { Scrubber } from '../../scrubber.js'

/** Why a run failed, as people may see it; null for one that did not. */
export function shownFailure({ id, error }: BackupRecord, scrubber: Scrubber): ErrorBody | null {
  return error && shownError(error, scrubber, `\`octavo show ${id}\` tells more`)
}
