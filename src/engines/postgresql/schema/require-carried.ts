import { OctavoError } from '../../../core/errors.js'
import type { Session } from '../connection/session.js'
import { plainName, quoteQualified } from '../sql/quote.js'
import type { ListedTable } from './list-tables.js'

const hint = 'The document can not hold this object. Use pg_dump for this database.'

function refuse(what: string, name: string): OctavoError {
  return new OctavoError('cannot-carry', what, { hint, details: { name } })
}

/** The only encoding whose bytes may be no text at all. */
export function requireEncoding({ encoding, shown }: Session): void {
  if (encoding !== 'SQL_ASCII') return
  throw refuse(`${shown} has the encoding SQL_ASCII: its text is in no known encoding`, encoding)
}

/** Throws `cannot-carry` for a table whose rows are not in this database. */
export function requireOwnRows(tables: readonly ListedTable[]): void {
  const foreign = tables.find(({ kind }) => kind === 'f')
  if (foreign === undefined) return
  const name = plainName(foreign.schema, foreign.table)
  throw refuse(`the table "${name}" is a foreign table: its rows are in another database`, name)
}

/** Throws `cannot-carry` for what holds rows and is no table of the user. */
export async function requireNoHiddenRows(session: Session): Promise<void> {
  const objects = await session.value(
    'SELECT count(*) FROM pg_catalog.pg_largeobject_metadata',
    'large objects could not be counted',
  )
  if (objects !== '0') throw refuse(`the database holds ${objects} large objects`, 'large objects')
  const rows = await session.rows(
    `SELECT n.nspname, c.relname, c.relkind FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid
     WHERE c.relkind = 'f' AND c.relispartition`,
    'foreign partitions could not be looked for',
  )
  for (const [schema, table] of rows) {
    const name = plainName(schema ?? '', table ?? '')
    throw refuse(
      `the partition "${name}" is a foreign table: its rows are in another database`,
      name,
    )
  }
  await requireNoExtensionRows(session)
}

/** What an extension keeps in tables of its own, as it says itself, and a user has changed. */
async function requireNoExtensionRows(session: Session): Promise<void> {
  const tables = await session.rows(
    `SELECT x.extname, n.nspname, c.relname, coalesce(x.extcondition[k.place], '')
     FROM pg_catalog.pg_extension x
     CROSS JOIN LATERAL pg_catalog.unnest(x.extconfig) WITH ORDINALITY k(oid, place)
     JOIN pg_catalog.pg_class c ON c.oid = k.oid AND c.relkind IN ('r', 'p')
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`,
    'the tables of extensions could not be listed',
  )
  for (const [extension, schema, table, condition] of tables) {
    const from = quoteQualified(schema ?? '', table ?? '')
    const found = await session.value(
      `SELECT EXISTS (SELECT FROM ${from} ${condition ?? ''})`,
      `the table ${from} of the extension ${extension ?? ''} could not be read`,
    )
    if (found !== 't') continue
    const name = extension ?? ''
    throw refuse(`the extension ${name} keeps rows of its own in the table ${from}`, name)
  }
}
