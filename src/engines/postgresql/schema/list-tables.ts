import type { Session } from '../connection/session.js'

export interface ListedTable {
  readonly oid: string
  readonly schema: string
  readonly table: string
  /** `r` ordinary, `p` partitioned, `f` foreign. */
  readonly kind: string
  /** Whether this user may read its rows. */
  readonly readable: boolean
}

/** Schemas of the user: the server reserves names that begin with `pg_`. */
export const userSchema = `n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'`

/** Objects that an extension made come back with it. */
export function notOfExtension(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass
          AND e.objid = ${oid} AND e.deptype = 'e')`
}

/**
 * The tables of the user's schemas. A partition is no table of its own here: its rows are read, and
 * loaded, through the table that it is a part of.
 */
export async function listTables(session: Session): Promise<ListedTable[]> {
  const rows = await session.rows(
    `SELECT c.oid, n.nspname, c.relname, c.relkind,
            pg_catalog.has_table_privilege(c.oid, 'SELECT')
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition AND ${userSchema}
       AND ${notOfExtension('pg_catalog.pg_class', 'c.oid')}
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,
    'the tables could not be listed',
  )
  return rows.map(([oid, schema, table, kind, readable]) => ({
    oid: oid ?? '',
    schema: schema ?? '',
    table: table ?? '',
    kind: kind ?? '',
    readable: readable === 't',
  }))
}
