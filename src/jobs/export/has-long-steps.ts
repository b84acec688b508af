import type { ExportInput } from '../job-types.js'

/**
 * Whether an export has steps that nothing can stop but the end of its process: SQLite's check of a
 * native copy, and the indexes and comparisons of a proof, are one call each, whatever the size.
 */
export function hasLongSteps({ format, verify }: Pick<ExportInput, 'format' | 'verify'>): boolean {
  return verify || format === 'sqlite'
}
