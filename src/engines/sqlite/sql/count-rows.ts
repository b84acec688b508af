import type Database from 'better-sqlite3'
import { messageOf } from '../../../core/message-of.js'
import { OctavoError } from '../../../core/errors.js'
import { isSqliteFailure } from '../connection/sqlite-failure.js'
import { quoteIdentifier } from './quote.js'

/** How many rows a table has, also where its indexes need a collation that is not known here. */
export function countRows(connection: Database.Database, schema: string, table: string): number {
  const count = `SELECT count(*) FROM ${schema}.${quoteIdentifier(table)}`
  try {
    return counted(connection, count)
  } catch (error) {
    if (!isSqliteFailure(error, 'SQLITE_ERROR')) throw error
  }
  try {
    // By itself SQLite counts the entries of the smallest index.
    return counted(connection, `${count} NOT INDEXED`)
  } catch (error) {
    if (!isSqliteFailure(error, 'SQLITE_ERROR_MISSING_COLLSEQ')) throw error
    throw new OctavoError(
      'cannot-carry',
      `the table "${table}" stands in an order that only the app knows: ${messageOf(error)}`,
      { cause: error, hint: 'No export can hold it. Stop the app, and copy the file itself.' },
    )
  }
}

function counted(connection: Database.Database, sql: string): number {
  return Number(connection.prepare(sql).pluck().get())
}
