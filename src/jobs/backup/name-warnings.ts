import { labelAdvice } from '../../core/labels.js'
import type { BackupRequest } from './backup-types.js'

/** A name that is to tell the label, of a database whose label nobody said. */
export function nameWarnings(
  template: string,
  { name, label }: BackupRequest['database'],
): string[] {
  if (label !== '' || !template.includes('{label}')) return []
  return [`the label of ${name} is not known, and its name stands in its place: ${labelAdvice}`]
}
