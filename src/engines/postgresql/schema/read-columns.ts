import type { Row, Session } from '../connection/session.js'
import type { StoredColumn, ValueForm } from './stored-table.js'

const forms: ReadonlyMap<string, ValueForm> = new Map([
  ['bool', 'boolean'],
  ['int2', 'integer'],
  ['int4', 'integer'],
  ['int8', 'bigint'],
  ['float4', 'float'],
  ['float8', 'float'],
  ['bytea', 'bytes'],
])

/** A domain is written as the type that it is based on, at the end of all domains. */
const columnsSql = `
WITH RECURSIVE based(domain, type) AS (
  SELECT oid, typbasetype FROM pg_catalog.pg_type WHERE typtype = 'd'
  UNION ALL
  SELECT b.domain, t.typbasetype FROM based b JOIN pg_catalog.pg_type t ON t.oid = b.type
  WHERE t.typtype = 'd'
)
SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       n.nspname, t.typname, t.typtype, t.typcollation <> 0, t.typcategory
FROM pg_catalog.pg_attribute a
LEFT JOIN based b ON b.domain = a.atttypid
  AND (SELECT typtype FROM pg_catalog.pg_type WHERE oid = b.type) <> 'd'
JOIN pg_catalog.pg_type t ON t.oid = coalesce(b.type, a.atttypid)
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attrelid, a.attnum`

/** The stored columns of each table, by its oid. */
export async function readColumns(
  session: Session,
  oids: readonly string[],
): Promise<Map<string, StoredColumn[]>> {
  const rows = await session.rows(columnsSql, 'the columns could not be read', [oidList(oids)])
  const columns = new Map<string, StoredColumn[]>(oids.map((oid) => [oid, []]))
  for (const row of rows) columns.get(row[0] ?? '')?.push(columnOf(row))
  return columns
}

export function oidList(oids: readonly string[]): string {
  return `{${oids.join(',')}}`
}

function columnOf([, name, type, schema, base, kind, collatable, category]: Row): StoredColumn {
  const own = schema === 'pg_catalog'
  // Types whose order may hang on a collation that is not ours to name sort by their text.
  const plain = kind === 'e' || (own && kind === 'b' && category !== 'A' && base !== 'jsonb')
  const sortedBy = collatable === 't' ? 'collated' : plain ? 'value' : 'text'
  return {
    name: name ?? '',
    type: type ?? '',
    form: (own ? forms.get(base ?? '') : undefined) ?? 'text',
    sortedBy,
  }
}
