import { createHash } from 'node:crypto'
import { OctavoError } from '../../../core/errors.js'
import type { Session } from '../connection/session.js'
import { fromSql, keyColumns } from '../records/record-sql.js'
import { sortSql } from '../records/value-sql.js'
import type { StoredTable } from '../schema/stored-table.js'
import { quoteName } from '../sql/quote.js'

/**
 * Throws `verify-failed` unless a table has the same rows in both sessions, each in its transaction.
 * What is compared is the text that COPY gives, which has no part of its way in common with record
 * lines.
 */
export async function requireEqualRows(
  first: Session,
  second: Session,
  table: StoredTable,
): Promise<void> {
  const [a, b] = await Promise.all([digestRows(first, table), digestRows(second, table)])
  if (a === b) return
  throw new OctavoError(
    'verify-failed',
    `the export, restored into a scratch database, differs from the snapshot in "${table.name}"`,
    { details: { table: table.name } },
  )
}

async function digestRows(session: Session, table: StoredTable): Promise<string> {
  const columns = table.columns.map(({ name }) => `t.${quoteName(name)}`).join(', ')
  const keys = keyColumns(table).map(sortSql).join(', ')
  const order = keys === '' ? '(t.*)::text COLLATE "C"' : keys
  const sql = `COPY (SELECT ${columns} FROM ${fromSql(table)} ORDER BY ${order}) TO STDOUT`
  const hash = createHash('sha256')
  let done = false
  try {
    for await (const piece of session.copyOut(sql)) hash.update(piece as Buffer) // bytes
    done = true
  } catch (error) {
    throw session.failure(error, `the rows of "${table.name}" could not be compared`)
  } finally {
    if (!done) session.destroy()
  }
  return hash.digest('hex')
}
