import { OctavoError } from '../../core/errors.js'
import type { NamedRecord } from '../../core/named-record.js'
import type { TableObject } from '../../core/schema.js'
import { holdsNull, recordHead } from '../record-key.js'

/**
 * Throws for a record that SQLite would have twice after a merge: no key tells it apart from the one that
 * is there. PostgreSQL counts whole rows.
 */
export function requireTellable(
  { primary_key: key }: TableObject,
  { model, key: shown }: NamedRecord,
  line: string,
): void {
  const { pk, rowid } = recordHead(line)
  if (key.length > 0 ? !holdsNull(pk) : rowid !== null) return
  throw new OctavoError(
    'restore-refused',
    `no key tells ${model} ${shown} apart from other records of the target`,
    { hint: 'Nothing was changed. Restore the whole model: --only, with --mode data-only.' },
  )
}
