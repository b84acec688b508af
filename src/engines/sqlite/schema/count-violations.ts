import type Database from 'better-sqlite3'
import { messageOf } from '../../../core/message-of.js'
import type { Violations } from '../../../core/engine.js'
import { foldCase } from '../../../core/fold-case.js'
import type { Reference } from '../../../core/schema.js'
import { quoteIdentifier } from '../sql/quote.js'
import { isSqliteFailure } from '../connection/sqlite-failure.js'
import type { StoredTable } from './table-columns.js'

/**
 * How many lines `PRAGMA foreign_key_check` has for a table. Where all its keys lead to an INTEGER
 * PRIMARY KEY, a set operation counts the same several times faster. `tables` by names in lower case.
 */
export function countViolations(
  connection: Database.Database,
  table: StoredTable,
  tables: ReadonlyMap<string, StoredTable>,
): Violations {
  if (table.references.length === 0) return 0
  const counts = table.references.map((reference) => integerCount(table, reference, tables))
  try {
    if (counts.every((count) => count !== null))
      return Number(
        connection
          .prepare(`SELECT ${counts.join(' + ')}`)
          .pluck()
          .get(),
      )
    return Number(
      connection
        .prepare("SELECT count(*) FROM pragma_foreign_key_check(?, 'main')")
        .pluck()
        .get(table.name),
    )
  } catch (error) {
    if (!isSqliteFailure(error, 'SQLITE_ERROR')) throw error
    return { error: messageOf(error) }
  }
}

/** Null where only SQLite's own check knows how the values compare. */
function integerCount(
  table: StoredTable,
  reference: Reference,
  tables: ReadonlyMap<string, StoredTable>,
): string | null {
  const [name, ...others] = reference.columns
  const parent = tables.get(foldCase(reference.table))
  if (name === undefined || others.length > 0 || !parent) return null
  const child = [...table.key, ...table.fields].find((column) => column.name === name)
  const [key] = parent.key
  const leadsToKey =
    key !== undefined &&
    parent.order.by === 'rowid' &&
    parent.order.isKey &&
    foldCase(reference.to[0] ?? key.name) === foldCase(key.name)
  if (child?.affinity !== 'integer' || !leadsToKey) return null
  const column = `t.${quoteIdentifier(name)}`
  // A null is not in an empty table, which would make it a violation.
  return `(SELECT count(*) FROM ${quoteIdentifier(table.name)} AS t WHERE ${column} IS NOT NULL
    AND ${column} NOT IN (SELECT ${quoteIdentifier(key.name)} FROM ${quoteIdentifier(parent.name)}))`
}
