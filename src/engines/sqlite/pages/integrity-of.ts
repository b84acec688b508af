import type Database from 'better-sqlite3'
import { messageOf } from '../../../core/message-of.js'
import { quoteIdentifier } from '../sql/quote.js'
import { isSqliteFailure, sqliteFailure } from '../connection/sqlite-failure.js'
import { isBrokenPromise } from './is-broken-promise.js'

/** How a line begins about a table whose collation, function or module is not known here. */
export const notChecked = 'not checked: '

/** By default SQLite stops after 100: rows that break promises would hide the damage behind them. */
const everyFault = 2 ** 31 - 1
const mostDamage = 100

/**
 * The answer of `PRAGMA integrity_check`, where it is not `ok`. Where the schema names something that
 * is unknown here, SQLite gives no answer for the whole: then each table is asked for by itself.
 */
export function integrityOf(connection: Database.Database): string[] {
  try {
    return answer(connection, `PRAGMA integrity_check(${everyFault})`)
  } catch (error) {
    if (!isUnknown(error))
      throw sqliteFailure(error, `database ${connection.name} could not be checked`)
    return tablesOf(connection).flatMap((table) => integrityOfTable(connection, table))
  }
}

/** The same of one table and its indexes, of up to 100 faults. */
export function integrityOfTable(connection: Database.Database, table: string): string[] {
  try {
    return answer(connection, `PRAGMA integrity_check(${quoteIdentifier(table)})`)
  } catch (error) {
    if (!isUnknown(error))
      throw sqliteFailure(error, `table "${table}" of ${connection.name} could not be checked`)
    return [`${notChecked}table "${table}": ${messageOf(error)}`]
  }
}

/** Each line once: a broken promise comes again with every row that breaks it. */
function answer(connection: Database.Database, sql: string): string[] {
  const lines = new Set<string>()
  let damage = 0
  for (const line of connection.prepare<[], string>(sql).pluck().iterate()) {
    if (line === 'ok' || lines.has(line)) continue
    lines.add(line)
    if (!isBrokenPromise(line)) damage += 1
    if (damage >= mostDamage) break
  }
  return [...lines]
}

function isUnknown(error: unknown): boolean {
  return isSqliteFailure(error, 'SQLITE_ERROR')
}

function tablesOf(connection: Database.Database): string[] {
  return connection
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")
    .pluck()
    .all()
}
