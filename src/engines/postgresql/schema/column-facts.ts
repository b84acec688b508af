import type { ColumnFacts, ColumnKind, TableColumns } from '../../../core/column-facts.js'
import { plainName } from '../sql/quote.js'
import type { Row, Session } from '../connection/session.js'
import { oidList } from './read-columns.js'
import { listTables } from './list-tables.js'

const factsSql = `
SELECT n.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       a.attnotnull, a.atttypmod,
       EXISTS (SELECT FROM pg_catalog.pg_index i
               WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey::int2[])),
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(pn.nspname, p.relname))
        FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
        JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        JOIN pg_catalog.pg_attribute pa ON pa.attrelid = p.oid AND pa.attname = a.attname
        WHERE h.inhrelid = a.attrelid)
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attrelid, a.attnum`

/** What the columns of each table must keep to; generated ones are left out. */
export async function readColumnFacts(session: Session): Promise<TableColumns> {
  const oids = (await listTables(session)).map(({ oid }) => oid)
  const rows = await session.rows(factsSql, 'the columns could not be read', [oidList(oids)])
  const columns = new Map<string, ColumnFacts[]>()
  for (const [schema, table, ...column] of rows) {
    const name = plainName(schema ?? '', table ?? '')
    columns.set(name, [...(columns.get(name) ?? []), factsOf(column)])
  }
  return columns
}

function factsOf([name, shown, notNull, modifier, unique, parents]: Row): ColumnFacts {
  const type = shown ?? ''
  const kind = kindOf(type)
  const bounds = Number(modifier ?? -1)
  return {
    name: name ?? '',
    type,
    kind,
    maxLength: (kind === 'text' || kind === 'char') && bounds > 4 ? bounds - 4 : null,
    scale: Number(/^numeric\(\d+,(\d+)\)$/.exec(type)?.[1] ?? 0),
    notNull: notNull === 't',
    unique: unique === 't',
    // The server made it of names.
    shownBy: (JSON.parse(parents ?? '[]') as [string, string][]).map(([of, table]) =>
      plainName(of, table),
    ),
  }
}

const kinds: readonly (readonly [RegExp, ColumnKind])[] = [
  [/^(text|character varying(\(\d+\))?|(.*\.)?citext)$/, 'text'],
  [/^character(\(\d+\))?$/, 'char'],
  [/^(smallint|integer|bigint)$/, 'integer'],
  [/^numeric(\(\d+,\d+\))?$/, 'numeric'],
  [/^boolean$/, 'boolean'],
  [/^bytea$/, 'binary'],
]

/** A domain may refuse what its type takes: it is `other`, as are floats, dates and the rest. */
function kindOf(type: string): ColumnKind {
  return kinds.find(([form]) => form.test(type))?.[1] ?? 'other'
}
