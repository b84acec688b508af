import { OctavoError } from '../../../core/errors.js'
import type { Session } from '../connection/session.js'
import { notOfExtension, userSchema } from '../schema/list-tables.js'
import { quoteQualified } from '../sql/quote.js'

export interface LockedTable {
  readonly oid: string
  readonly schema: string
  readonly table: string
}

/**
 * Keeps writers out of tables, and of what inherits from them, until the transaction ends: readers go
 * on, pg_dump among them. What is waited for is bound by the limit of the session.
 */
export async function lockTables(session: Session, tables: readonly LockedTable[]): Promise<void> {
  for (const { schema, table } of tables)
    await session.run(
      `LOCK TABLE ${quoteQualified(schema, table)} IN SHARE ROW EXCLUSIVE MODE`,
      `the table "${table}" could not be locked against writers`,
    )
}

/** All tables of the user, and partitions among them; resolves with their oids. */
export async function lockAllTables(session: Session): Promise<Set<string>> {
  const rows = await session.rows(
    `SELECT c.oid, n.nspname, c.relname
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND ${userSchema}
       AND ${notOfExtension('pg_catalog.pg_class', 'c.oid')}
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,
    'the tables could not be listed',
  )
  const tables = rows.map(([oid, schema, table]) => {
    return { oid: oid ?? '', schema: schema ?? '', table: table ?? '' }
  })
  const oids = tables.map(({ oid }) => oid)
  await lockTables(session, tables)
  await requireAllRows(session, oids)
  return new Set(oids)
}

/** Rows that a policy hides would be neither counted nor replaced: that would be a half restore. */
export async function requireAllRows(session: Session, oids: readonly string[]): Promise<void> {
  const rows = await session.rows(
    `SELECT r.oid::regclass FROM pg_catalog.unnest($1::oid[]) r(oid)
     WHERE pg_catalog.row_security_active(r.oid) ORDER BY 1`,
    'the row security of the tables could not be read',
    [`{${oids.join(',')}}`],
  )
  const [table] = rows[0] ?? []
  if (table === undefined) return
  throw new OctavoError(
    'restore-refused',
    `row security hides rows of ${table} from this user (FORCE ROW LEVEL SECURITY, or not the owner)`,
    {
      hint: 'Nothing was changed. Restore as a user that has BYPASSRLS, or end FORCE for the restore.',
    },
  )
}
