import type { TableObject } from '../../../core/schema.js'
import type { Session } from '../connection/session.js'
import { fromSql } from '../records/record-sql.js'
import { quoteName } from '../sql/quote.js'
import type { TransferMode } from './count-changes.js'
import type { Transfer } from './plan-transfer.js'

/** What Django writes about its own schema, and the columns that must agree. */
const bookkeeping: ReadonlyMap<string, readonly string[]> = new Map([
  ['django_migrations', ['app', 'name']],
  ['django_content_type', ['id', 'app_label', 'model']],
  ['auth_permission', ['id', 'content_type_id', 'codename']],
])

/**
 * Whether the rows of a table stay the target's: Django's bookkeeping describes the schema, which
 * stays the target's in a data-only restore.
 */
export function isBookkeeping({ name }: Pick<TableObject, 'name'>, mode: TransferMode): boolean {
  return mode === 'data-only' && bookkeeping.has(name)
}

/** Where staged bookkeeping differs from the target's, a warning says how: rows may refer to it. */
export async function differingBookkeeping(
  session: Session,
  { to, columns, staging }: Transfer,
): Promise<string[]> {
  const filled = new Set(columns.map(({ name }) => name))
  const compared = (bookkeeping.get(to.name) ?? []).filter((name) => filled.has(name))
  const list = compared.map((name) => `concat(t.${quoteName(name)})`).join(', ')
  const only = async (here: string, there: string): Promise<string[]> => {
    const rows = await session.rows(
      `SELECT concat_ws('.', ${list}) FROM ${here} EXCEPT
       SELECT concat_ws('.', ${list}) FROM ${there} ORDER BY 1`,
      `the rows of "${to.name}" could not be compared`,
    )
    return rows.map(([row]) => row ?? '')
  }
  const missing = await only(`${staging} t`, fromSql(to))
  const extra = await only(fromSql(to), `${staging} t`)
  if (missing.length + extra.length === 0) return []
  return [
    `${to.name} stays the target's, and differs from the backup:` +
      `${listed(' only in the backup', missing)}${listed(' only in the target', extra)}`,
  ]
}

function listed(where: string, rows: readonly string[]): string {
  if (rows.length === 0) return ''
  const more = rows.length > 5 ? ` and ${rows.length - 5} more` : ''
  return `${where} ${rows.slice(0, 5).join(', ')}${more};`
}
