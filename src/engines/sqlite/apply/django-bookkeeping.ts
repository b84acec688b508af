import type Database from 'better-sqlite3'
import { foldCase } from '../../../core/fold-case.js'
import { quoteIdentifier } from '../sql/quote.js'
import type { TransferMode } from './count-changes.js'
import type { NamedTable } from './transfer-plan.js'
import { preparedSchema } from './transfer-sql.js'

/** What Django writes about its own schema, and the columns that must agree. */
const bookkeeping = new Map([
  ['django_migrations', ['app', 'name']],
  ['django_content_type', ['id', 'app_label', 'model']],
  ['auth_permission', ['id', 'content_type_id', 'codename']],
])

/**
 * Takes Django's bookkeeping out of a data-only restore: it describes the schema, which stays the
 * target's. Where it differs from the backup's, a warning says how, because rows may refer to it.
 */
export function keepBookkeeping(
  connection: Database.Database,
  models: readonly NamedTable[],
  mode: TransferMode,
): { readonly transferred: readonly NamedTable[]; readonly warnings: readonly string[] } {
  if (mode !== 'data-only') return { transferred: models, warnings: [] }
  const kept = models.filter(({ table }) => bookkeeping.has(foldCase(table)))
  return {
    transferred: models.filter(({ table }) => !bookkeeping.has(foldCase(table))),
    warnings: kept.flatMap(({ table }) => differingRows(connection, table)),
  }
}

function differingRows(connection: Database.Database, table: string): string[] {
  const columns = bookkeeping.get(foldCase(table))?.map(quoteIdentifier).join(', ') ?? ''
  const exists = connection
    .prepare('SELECT 1 FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE')
    .get(table)
  if (exists === undefined) return [`the target has no table ${table}; the backup's is left out`]
  const only = (here: string, there: string): string[] =>
    connection
      .prepare<[], string>(
        `SELECT concat_ws('.', ${columns}) FROM (
           SELECT ${columns} FROM ${here}.${quoteIdentifier(table)}
           EXCEPT SELECT ${columns} FROM ${there}.${quoteIdentifier(table)}) ORDER BY 1`,
      )
      .pluck()
      .all()
  const missing = only(preparedSchema, 'main')
  const extra = only('main', preparedSchema)
  if (missing.length + extra.length === 0) return []
  return [
    `${table} stays the target's, and differs from the backup:` +
      `${list(' only in the backup', missing)}${list(' only in the target', extra)}`,
  ]
}

function list(where: string, rows: readonly string[]): string {
  if (rows.length === 0) return ''
  const more = rows.length > 5 ? ` and ${rows.length - 5} more` : ''
  return `${where} ${rows.slice(0, 5).join(', ')}${more};`
}
