import type Database from 'better-sqlite3'
import { foldCase } from '../../../core/fold-case.js'
import type { Reference } from '../../../core/schema.js'
import { isSqliteFailure } from '../connection/sqlite-failure.js'
import { quoteIdentifier } from '../sql/quote.js'
import { readTable, type ReadTable } from '../schema/read-table.js'

/** A row that refers to a row that is not there. */
export interface DanglingRow {
  /** Equal for two rows, of two databases too, that lack the same parent for the same reason. */
  readonly reference: string
  readonly parent: string
  /** `child 2 → parent`: by its rowid, since a value may be a secret. */
  readonly shown: string
}

interface Violation {
  readonly row: string
  readonly fkid: number
  readonly parent: string
  readonly value: string
}

/** The dangling rows of a table, which is `called` so in their references. */
export function findDanglingRows(
  connection: Database.Database,
  name: string,
  called = name,
): DanglingRow[] {
  const table = readTable(connection, name)
  const { references } = table
  return violationsOf(connection, table).map(({ row, fkid, parent, value }) => {
    const columns = references.at(-1 - fkid)?.columns ?? []
    const names = [called, parent, ...columns].map(foldCase)
    return {
      reference: JSON.stringify([names, value]),
      parent,
      shown: `${name} ${row} → ${parent}`,
    }
  })
}

function violationsOf(connection: Database.Database, table: ReadTable): Violation[] {
  if (table.references.length === 0) return []
  try {
    if (table.order.by !== 'rowid') return unnumberedViolations(connection, table)
    return connection.prepare<[string], Violation>(violationsSql(table)).all(table.name)
  } catch (error) {
    // A key whose parent has no fitting index can't be checked, before as after.
    if (isSqliteFailure(error, 'SQLITE_ERROR')) return []
    throw error
  }
}

function violationsSql({ name, order, references }: ReadTable): string {
  const rowid = order.by === 'rowid' ? order.name : ''
  // SQLite numbers foreign keys from the last declared to the first.
  const values = references
    .toReversed()
    .map((reference, fkid) => `WHEN ${fkid} THEN ${valueOf(reference)}`)
  // CROSS, so that SQLite never checks anew for each row of the table.
  return `SELECT CAST(v.rowid AS TEXT) AS row, v.fkid, v.parent,
      CASE v.fkid ${values.join(' ')} END AS value
    FROM pragma_foreign_key_check(?, 'main') AS v
    CROSS JOIN main.${quoteIdentifier(name)} AS c ON c.${quoteIdentifier(rowid)} = v.rowid`
}

function valueOf({ columns }: Reference): string {
  return `concat_ws(',', ${columns.map((column) => `quote(c.${quoteIdentifier(column)})`).join(', ')})`
}

/**
 * The same of a table without rowids, whose rows SQLite's check does not tell apart: found by a search
 * of our own. Where that finds another number than the check, the rows count as if they held one value.
 */
function unnumberedViolations(connection: Database.Database, table: ReadTable): Violation[] {
  const checked = connection
    .prepare<[string], Violation>(
      "SELECT '?' AS row, fkid, parent, '' AS value FROM pragma_foreign_key_check(?, 'main')",
    )
    .all(table.name)
  return table.references.toReversed().flatMap((reference, fkid) => {
    const told = checked.filter((violation) => violation.fkid === fkid)
    if (told.length === 0) return []
    const sql = danglingSql(connection, table, reference)
    const found = connection.prepare<[], string>(sql).pluck().all()
    if (found.length !== told.length) return told
    return found.map((value) => ({ row: '?', fkid, parent: reference.table, value }))
  })
}

function danglingSql(
  connection: Database.Database,
  { name }: ReadTable,
  reference: Reference,
): string {
  const parent = readTable(connection, reference.table)
  const keys = reference.to.length > 0 ? reference.to : parent.key.map((column) => column.name)
  const own = reference.columns.map((column) => `c.${quoteIdentifier(column)}`)
  const isThere = own.map((column, at) => `p.${quoteIdentifier(keys[at] ?? '')} = ${column}`)
  const hasParent = parent.key.length + parent.fields.length > 0
  return `SELECT ${valueOf(reference)} FROM main.${quoteIdentifier(name)} AS c
    WHERE ${own.map((column) => `${column} IS NOT NULL`).join(' AND ')} ${
      hasParent
        ? `AND NOT EXISTS (SELECT 1 FROM main.${quoteIdentifier(parent.name)} AS p
            WHERE ${isThere.join(' AND ')})`
        : ''
    }`
}
