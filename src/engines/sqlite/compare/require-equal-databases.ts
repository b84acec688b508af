import { OctavoError } from '../../../core/errors.js'
import { compareDatabases, type CompareOptions } from './compare-databases.js'
import { firstDifferences } from './first-differences.js'

export interface RequireEqual extends CompareOptions {
  readonly first: string
  readonly second: string
  /** How the message begins that says how they differ. */
  readonly message: string
}

/** Throws `verify-failed` unless both database files are equal, row by row. */
export async function requireEqualDatabases(options: RequireEqual): Promise<void> {
  const { first, second, message } = options
  requireNoDifferences(await compareDatabases(first, second, options), message)
}

/** Throws `verify-failed` with what a comparison found, behind `message`. */
export function requireNoDifferences(differences: readonly string[], message: string): void {
  if (differences.length === 0) return
  throw new OctavoError('verify-failed', `${message}: ${firstDifferences(differences)}`, {
    details: { differences },
  })
}
