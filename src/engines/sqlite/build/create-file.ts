import type Database from 'better-sqlite3'
import type { DatabaseFacts } from '../../../core/schema.js'
import { openConnection } from '../connection/open-connection.js'
import { quoteIdentifier } from '../sql/quote.js'
import { lenderName } from './lender-name.js'
import type { PlannedRow } from './plan-objects.js'
import { isLoaded } from './rehearse-schema.js'
import { writeSchemaRows, type RootedRow } from './write-schema-rows.js'

/**
 * Makes the new file with its tables, empty and without other objects; gives the rows with the pages
 * that they got. Tables of ours lend their root pages: the text of the document never runs.
 */
export function createFile(
  path: string,
  facts: DatabaseFacts,
  rows: readonly PlannedRow[],
): ReadonlyMap<PlannedRow, RootedRow> {
  const connection = openScratch(path, 'create')
  try {
    connection.pragma(`page_size = ${facts.page_size ?? 4096}`)
    connection.pragma(`encoding = '${facts.encoding}'`)
    connection.pragma(`auto_vacuum = ${facts.auto_vacuum ?? 0}`)
    const rooted = new Map<PlannedRow, RootedRow>()
    connection.transaction(() => {
      for (const row of rows.filter(isLoaded)) rooted.set(row, takeRoot(connection, row))
      writeSchemaRows(connection, [...rooted.values()])
    })()
    return rooted
  } finally {
    connection.close()
  }
}

/** Lends the root page of an empty b-tree of the right sort to a row. */
export function takeRoot(connection: Database.Database, row: PlannedRow): RootedRow {
  const lender = quoteIdentifier(lenderName())
  const sort = row.root === 'rows' ? '(x)' : '(x PRIMARY KEY) WITHOUT ROWID'
  connection.prepare(`CREATE TABLE main.${lender}${sort}`).run()
  const page = connection
    .prepare('SELECT rootpage FROM main.sqlite_schema ORDER BY rowid DESC LIMIT 1')
    .pluck()
    .get()
  return { ...row, page: Number(page) }
}

/**
 * Opens a file that nobody else reads and that is thrown away when anything fails: durability comes
 * from one fsync at the end.
 */
export function openScratch(path: string, access: 'create' | 'write'): Database.Database {
  const connection = openConnection(path, { access })
  connection.pragma('journal_mode = memory')
  connection.pragma('synchronous = off')
  connection.pragma('locking_mode = exclusive')
  connection.pragma('ignore_check_constraints = on')
  connection.pragma('cell_size_check = on')
  connection.pragma('cache_size = -16000')
  connection.pragma('temp_store = file')
  connection.pragma('recursive_triggers = off')
  return connection
}
