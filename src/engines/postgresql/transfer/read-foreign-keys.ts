import type { Session } from '../connection/session.js'
import { oidList } from '../schema/read-columns.js'

/** One side of a foreign key. */
export interface KeySide {
  readonly oid: string
  readonly schema: string
  readonly table: string
  readonly partitioned: boolean
}

/** A foreign key with all that makes it again. */
export interface ForeignKey {
  readonly name: string
  readonly child: KeySide
  readonly parent: KeySide
  readonly columns: readonly string[]
  readonly to: readonly string[]
  /** What says that a value of the parent is one of the child's, by column. */
  readonly operators: readonly string[]
  /** What stands behind its name in ADD CONSTRAINT: `NOT VALID` and `DEFERRABLE` with it. */
  readonly definition: string
  readonly validated: boolean
  readonly comment: string | null
  /** The columns by which a row of the child is named. */
  readonly childKey: readonly string[]
}

const names = (key: string, relation: string): string => `
  (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
   FROM pg_catalog.unnest(f.${key}) WITH ORDINALITY k(attnum, place)
   JOIN pg_catalog.pg_attribute a ON a.attrelid = f.${relation} AND a.attnum = k.attnum)`

const root = (oid: string): string => `coalesce(pg_catalog.pg_partition_root(${oid}), ${oid})::oid`

/** Those of partitions that the server made for the key of their table go and come with that one. */
const keysSql = `
SELECT f.conname, f.conrelid, cn.nspname, c.relname, c.relkind = 'p',
       f.confrelid, pn.nspname, p.relname, p.relkind = 'p',
       ${names('conkey', 'conrelid')}, ${names('confkey', 'confrelid')},
       (SELECT pg_catalog.json_agg(pg_catalog.format('OPERATOR(%I.%s)', s.nspname, o.oprname)
                                   ORDER BY k.place)
        FROM pg_catalog.unnest(f.conpfeqop) WITH ORDINALITY k(oid, place)
        JOIN pg_catalog.pg_operator o ON o.oid = k.oid
        JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace),
       pg_catalog.pg_get_constraintdef(f.oid), f.convalidated,
       pg_catalog.obj_description(f.oid, 'pg_constraint'),
       (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
        FROM pg_catalog.pg_index i
        CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indisprimary AND i.indrelid = f.conrelid AND k.place <= i.indnkeyatts)
FROM pg_catalog.pg_constraint f
JOIN pg_catalog.pg_class c ON c.oid = f.conrelid
JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
JOIN pg_catalog.pg_class p ON p.oid = f.confrelid
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
WHERE f.contype = 'f' AND f.conparentid = 0
  AND (${root('f.conrelid')} = ANY ($1::oid[]) OR ${root('f.confrelid')} = ANY ($1::oid[]))
ORDER BY cn.nspname COLLATE "C", c.relname COLLATE "C", f.conname COLLATE "C"`

/** The foreign keys of tables, and those that lead to them. */
export async function readForeignKeys(
  session: Session,
  oids: readonly string[],
): Promise<ForeignKey[]> {
  const rows = await session.rows(keysSql, 'the foreign keys could not be read', [oidList(oids)])
  return rows.map((row) => ({
    name: row[0] ?? '',
    child: sideOf(row.slice(1, 5)),
    parent: sideOf(row.slice(5, 9)),
    columns: listOf(row[9]),
    to: listOf(row[10]),
    operators: listOf(row[11]),
    definition: row[12] ?? '',
    validated: row[13] === 't',
    comment: row[14] ?? null,
    childKey: listOf(row[15]),
  }))
}

function sideOf([oid, schema, table, partitioned]: readonly (string | null)[]): KeySide {
  return {
    oid: oid ?? '',
    schema: schema ?? '',
    table: table ?? '',
    partitioned: partitioned === 't',
  }
}

function listOf(json: string | null | undefined): string[] {
  return JSON.parse(json ?? '[]') as string[] // the server made it of names
}
