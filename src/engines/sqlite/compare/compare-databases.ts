import type Database from 'better-sqlite3'
import { foldCase } from '../../../core/fold-case.js'
import { openConnection } from '../connection/open-connection.js'
import { isSqliteFailure, sqliteFailure } from '../connection/sqlite-failure.js'
import { compareFacts } from './compare-facts.js'
import { comparedTable, listStoredTables } from './compared-table.js'
import { compareRows } from './compare-rows.js'

export interface CompareOptions {
  /** Only these tables and what belongs to them; undefined: everything. */
  readonly tables?: readonly string[]
  /** Tables whose rows were left out on purpose: only their schema is compared. */
  readonly excludedTables?: readonly string[]
  readonly signal?: AbortSignal | undefined
  /** Called before each table. */
  readonly onTable?: (table: string) => void
}

/** How many differences are named; more say no more. */
const mostDifferences = 20

/**
 * Compares two database files in SQL, sharing no code with the record lines: the facts of the file,
 * the schema in its order, sequences, and every table by rowid or key: storage class, text as bytes,
 * the sign of zero. Gives the first differences in words, `first` and `second` for the files; none
 * where they are equal. Other orders of storage, page sizes and journal modes are no difference.
 */
export function compareDatabases(
  first: string,
  second: string,
  options: CompareOptions = {},
): Promise<string[]> {
  return new Promise((resolve) => resolve(compareFiles(first, second, options)))
}

function compareFiles(first: string, second: string, options: CompareOptions): string[] {
  const connection = openConnection(first, { access: 'read' })
  try {
    connection.exec('BEGIN')
    return compareWithFile(connection, second, options)
  } catch (error) {
    throw sqliteFailure(error, `the databases ${first} and ${second} can not be compared`)
  } finally {
    connection.close()
  }
}

/** Compares what a connection's open transaction sees with a file, as `compareDatabases` does. */
export function compareWithFile(
  connection: Database.Database,
  second: string,
  options: CompareOptions,
): string[] {
  try {
    connection.prepare('ATTACH ? AS second').run(second)
    return compareAttached(connection, options)
  } catch (error) {
    if (isSqliteFailure(error, 'SQLITE_ERROR') && String(error).includes('same text encoding'))
      return ['the two databases have different encodings']
    throw sqliteFailure(error, `${connection.name} and ${second} can not be compared`)
  }
}

/** Compares `main` with the attached `second`, inside the caller's transaction. */
function compareAttached(
  connection: Database.Database,
  { tables, excludedTables = [], signal, onTable }: CompareOptions,
): string[] {
  const stored = listStoredTables(connection)
  const chosen = tables && new Set(tables.map((name) => foldCase(name)))
  const isComplete = stored.every(({ name }) => chosen?.has(foldCase(name)) ?? true)
  const differences = compareFacts(connection, isComplete ? null : (chosen ?? null))
  if (differences.length > 0) return differences.slice(0, mostDifferences)
  const excluded = new Set(excludedTables.map((name) => foldCase(name)))
  for (const listed of stored) {
    const name = foldCase(listed.name)
    if (excluded.has(name) || chosen?.has(name) === false) continue
    signal?.throwIfAborted()
    onTable?.(listed.name)
    const room = mostDifferences - differences.length
    if (room > 0)
      differences.push(...compareRows(connection, comparedTable(connection, listed), room))
  }
  return differences
}
