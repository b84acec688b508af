import type { Session } from '../connection/session.js'
import { plainName } from '../sql/quote.js'
import type { ListedTable } from './list-tables.js'
import { oidList, readColumns } from './read-columns.js'
import type { StoredReference, StoredTable } from './stored-table.js'

/** Columns, keys and references of the tables listed, all of one snapshot. */
export async function readTables(
  session: Session,
  listed: readonly ListedTable[],
): Promise<StoredTable[]> {
  const oids = listed.map(({ oid }) => oid)
  const columns = await readColumns(session, oids)
  const keys = await readKeys(session, oids)
  const references = await readReferences(session, oids)
  return listed.map(({ oid, schema, table, kind }) => ({
    oid,
    schema,
    table,
    name: plainName(schema, table),
    partitioned: kind === 'p',
    columns: columns.get(oid) ?? [],
    key: keys.get(oid) ?? [],
    references: references.get(oid) ?? [],
  }))
}

async function readKeys(session: Session, oids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await session.rows(
    `SELECT i.indrelid, a.attname
     FROM pg_catalog.pg_index i
     CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, place)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
     WHERE i.indisprimary AND k.place <= i.indnkeyatts AND i.indrelid = ANY ($1::oid[])
     ORDER BY i.indrelid, k.place`,
    'the keys could not be read',
    [oidList(oids)],
  )
  const keys = new Map<string, string[]>()
  for (const [oid, name] of rows) keys.set(oid ?? '', [...(keys.get(oid ?? '') ?? []), name ?? ''])
  return keys
}

/**
 * A foreign key of a partition is one of the table that it is a part of, and one that leads to a
 * partition leads to that table. Keys that the server made for partitions repeat their parent's.
 */
const referencesSql = `
SELECT coalesce(pg_catalog.pg_partition_root(f.conrelid), f.conrelid)::oid, n.nspname, c.relname,
       (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
        FROM pg_catalog.unnest(f.conkey) WITH ORDINALITY k(attnum, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum),
       (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
        FROM pg_catalog.unnest(f.confkey) WITH ORDINALITY k(attnum, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.attnum),
       (SELECT pg_catalog.json_agg(pg_catalog.format('OPERATOR(%I.%s)', s.nspname, o.oprname)
                                   ORDER BY k.place)
        FROM pg_catalog.unnest(f.conpfeqop) WITH ORDINALITY k(oid, place)
        JOIN pg_catalog.pg_operator o ON o.oid = k.oid
        JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace)
FROM pg_catalog.pg_constraint f
JOIN pg_catalog.pg_class c
  ON c.oid = coalesce(pg_catalog.pg_partition_root(f.confrelid), f.confrelid)::oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE f.contype = 'f' AND f.conparentid = 0
  AND coalesce(pg_catalog.pg_partition_root(f.conrelid), f.conrelid)::oid = ANY ($1::oid[])
ORDER BY 1, f.conname COLLATE "C", f.conrelid::regclass::text COLLATE "C"`

async function readReferences(
  session: Session,
  oids: readonly string[],
): Promise<Map<string, StoredReference[]>> {
  const rows = await session.rows(referencesSql, 'the foreign keys could not be read', [
    oidList(oids),
  ])
  const references = new Map<string, StoredReference[]>()
  for (const [oid, schema, parent, columns, to, operators] of rows) {
    const reference = {
      columns: names(columns),
      table: plainName(schema ?? '', parent ?? ''),
      to: names(to),
      schema: schema ?? '',
      parent: parent ?? '',
      operators: names(operators),
    }
    references.set(oid ?? '', [...(references.get(oid ?? '') ?? []), reference])
  }
  return references
}

function names(json: string | null | undefined): string[] {
  return JSON.parse(json ?? '[]') as string[] // the server made it of names
}
