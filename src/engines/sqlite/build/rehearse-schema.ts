import type Database from 'better-sqlite3'
import { messageOf } from '../../../core/message-of.js'
import type { BuildPlan } from '../../../core/engine.js'
import { OctavoError } from '../../../core/errors.js'
import { isSqliteFailure } from '../connection/sqlite-failure.js'
import { ownColumns } from '../schema/own-columns.js'
import { quoteIdentifier } from '../sql/quote.js'
import { canLoosen } from './loosen-table.js'
import { planRows, type PlannedRow } from './plan-objects.js'
import { requireKnownFacts } from './require-known-facts.js'
import { isStored, openProbe, probeSchema } from './probe-schema.js'

/**
 * Finds out, without rows and without a file, whether a restore could make every object: throws
 * `cannot-carry` with the object's name where a table can't be loaded or an index can't be filled
 * here, as with an unknown collation or function. Gives the rows of sqlite_schema to be.
 */
export function rehearseSchema(plan: BuildPlan): PlannedRow[] {
  requireKnownFacts(plan.facts)
  const { encoding } = plan.facts
  const rows = probeSchema(planRows(plan), encoding, plan.sequences.length > 0)
  const withIndexes = openProbe(rows.filter(isStoredOrIndex), encoding)
  const withTables = openProbe(rows.filter(isLoaded), encoding)
  try {
    for (const row of rows) rehearseObject(row.type === 'index' ? withIndexes : withTables, row)
  } finally {
    withIndexes.close()
    withTables.close()
  }
  return rows
}

/** Names every column, so that no default is needed. */
function insertOfNulls(connection: Database.Database, table: string): string {
  const columns = ownColumns(connection, table).map(quoteIdentifier)
  return `EXPLAIN INSERT INTO main.${quoteIdentifier(table)}(${columns.join(', ')})
    VALUES(${columns.map(() => 'NULL').join(', ')})`
}

function isStoredOrIndex(row: PlannedRow): boolean {
  return row.root !== 'none'
}

/** Tables and the indexes that belong to them: what must be there while rows are loaded. */
export function isLoaded(row: PlannedRow): boolean {
  return isStored(row) || (row.type === 'index' && row.sql === null)
}

function rehearseObject(connection: Database.Database, row: PlannedRow): void {
  const name = quoteIdentifier(row.name)
  try {
    if (row.type === 'index') connection.prepare(`EXPLAIN REINDEX main.${name}`)
    else if (isStored(row) && !canLoosen(connection, row.name))
      connection.prepare(insertOfNulls(connection, row.name))
  } catch (error) {
    if (!isSqliteFailure(error)) throw error
    const reason = messageOf(error)
    const object = `the ${row.type} "${row.name}"`
    throw new OctavoError('cannot-carry', `${object} can not be made here: ${reason}`, {
      cause: error,
      details: { type: row.type, name: row.name },
    })
  }
}
