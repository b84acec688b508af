import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import { foldCase } from '../../../core/fold-case.js'
import { quoteIdentifier } from '../sql/quote.js'

interface Trigger {
  readonly name: string
  readonly tbl_name: string
  readonly sql: string
}

/**
 * Drops the triggers of the given tables, inside the caller's transaction, and gives a function that
 * makes them again, in their order, with their exact text.
 */
export function dropTriggers(connection: Database.Database, tables: readonly string[]): () => void {
  const names = new Set(tables.map(foldCase))
  const read = (): Trigger[] =>
    connection
      .prepare<[], Trigger>(
        "SELECT name, tbl_name, sql FROM main.sqlite_schema WHERE type = 'trigger' ORDER BY rowid",
      )
      .all()
      .filter(({ tbl_name }) => names.has(foldCase(tbl_name)))
  const triggers = read()
  for (const { name } of triggers)
    connection.prepare(`DROP TRIGGER main.${quoteIdentifier(name)}`).run()
  return () => {
    for (const { sql } of triggers) connection.prepare(sql).run()
    if (JSON.stringify(read()) === JSON.stringify(triggers)) return
    throw new OctavoError(
      'restore-refused',
      `the triggers ${triggers.map(({ name }) => `"${name}"`).join(', ')} of the target would not come back as they are`,
    )
  }
}
