import { OctavoError } from '../core/errors.js'
import { showBytes } from '../core/files/free-space.js'

/**
 * The largest document committed, in bytes. In parts GitHub takes more, but keeps every week's
 * changed parts for ever: where all of them change and nothing compresses, a year of this size makes
 * the 5 GB that a repository should not exceed. It is at most 400 parts, below its 500 an hour.
 */
export const documentLimit = 100_000_000

export function tooLarge(bytes: number, limit: number): OctavoError {
  return new OctavoError(
    'archive-too-large',
    `the document has more than ${showBytes(limit)}, the most that a branch on GitHub bears`,
    { details: { bytes, limit } },
  )
}
