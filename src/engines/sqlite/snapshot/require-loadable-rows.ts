import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import { canLoosen } from '../build/loosen-table.js'
import { integrityOfTable } from '../pages/integrity-of.js'
import { isBrokenPromise } from '../pages/is-broken-promise.js'

/** An index with a text of its own is filled with what clashes: see build/fill-index.ts. */
const canBeFilled = /^non-unique entry in index (?!sqlite_autoindex_)/

/**
 * Throws `cannot-carry` where a restore could not load the rows of a table: rows that break what their
 * table promises are loaded under a plainer definition, and a table with stored generated columns can
 * not have one. Only such tables are looked through, by SQLite's own check.
 */
export function requireLoadableRows(connection: Database.Database, table: string): void {
  if (canLoosen(connection, table)) return
  // A restore loads what a CHECK refuses, and 100 rows of that would hide the rest.
  connection.pragma('ignore_check_constraints = on')
  const broken = integrityOfTable(connection, table).find(
    (line) => isBrokenPromise(line) && !canBeFilled.test(line),
  )
  if (broken === undefined) return
  throw new OctavoError(
    'cannot-carry',
    `the table "${table}" stores generated values, and rows of it break what it promises: ${broken}`,
    { details: { type: 'table', name: table } },
  )
}
