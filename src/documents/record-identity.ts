import { OctavoError } from '../core/errors.js'
import type { TableObject } from '../core/schema.js'

/** The members that say which record it is. Whole numbers beyond doubles are tags, not numbers. */
export function parseRecord(line: string): { readonly pk?: unknown; readonly rowid?: unknown } {
  try {
    const record: unknown = JSON.parse(line)
    if (typeof record === 'object' && record !== null) return record
  } catch (error) {
    throw new OctavoError('document-invalid', 'a record is not valid JSON', { cause: error })
  }
  throw new OctavoError('document-invalid', 'a record is no object')
}

/** The rowid of a record of a rowid table: its own member, or else the key. */
export function rowidOf(line: string): bigint {
  const { pk, rowid } = parseRecord(line)
  const value = rowid === undefined ? pk : rowid
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value === 'object' && value !== null && '$numberLong' in value)
    return BigInt(String(value.$numberLong))
  throw new OctavoError('document-invalid', 'a record has neither a rowid nor a whole number as pk')
}

/**
 * Whether the records of a table stand in the order of their rowids. WITHOUT ROWID can't be written
 * in any other way than with these two words, so that a table without them is surely a rowid table.
 */
export function isInRowidOrder(table: TableObject): boolean {
  const { sql, rowid } = table
  return rowid !== false && typeof sql === 'string' && !/without[\s\S]*rowid/i.test(sql)
}
