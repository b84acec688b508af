import type { Session } from '../connection/session.js'

export interface SequenceUse {
  /** The table. */
  readonly oid: string
  readonly column: string
  /** Whether its values are numbers, which can be compared with the sequence. */
  readonly isNumber: boolean
}

/** A sequence, and the columns that it belongs to or whose default asks it. */
export interface UsedSequence {
  readonly schema: string
  readonly name: string
  readonly increment: bigint
  /** Whether the user of the session may alter it. */
  readonly isOwn: boolean
  readonly uses: readonly SequenceUse[]
}

const usesSql = `
WITH used(sequence, relation, attnum) AS (
  SELECT d.objid, d.refobjid, d.refobjsubid FROM pg_catalog.pg_depend d
  WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
    AND d.refclassid = 'pg_catalog.pg_class'::regclass
  UNION
  SELECT d.refobjid, f.adrelid, f.adnum::integer
  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid
  WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass
    AND d.refclassid = 'pg_catalog.pg_class'::regclass
)
SELECT n.nspname, c.relname, s.seqincrement,
       pg_catalog.pg_has_role(c.relowner, 'USAGE'),
       a.attrelid, a.attname,
       pg_catalog.format_type(CASE WHEN y.typtype = 'd' THEN y.typbasetype ELSE y.oid END, NULL)
         IN ('smallint', 'integer', 'bigint', 'numeric')
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN used ON used.sequence = c.oid
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = used.relation AND a.attnum = used.attnum
LEFT JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", a.attrelid, a.attnum`

/** All sequences of the database. */
export async function readSequenceUses(session: Session): Promise<UsedSequence[]> {
  const rows = await session.rows(usesSql, 'the sequences could not be listed')
  const found = new Map<string, UsedSequence & { readonly uses: SequenceUse[] }>()
  for (const [schema, name, increment, isOwn, oid, column, isNumber] of rows) {
    const key = JSON.stringify([schema, name])
    const sequence = found.get(key) ?? {
      schema: schema ?? '',
      name: name ?? '',
      increment: BigInt(increment ?? '1'),
      isOwn: isOwn === 't',
      uses: [],
    }
    if (oid != null) sequence.uses.push({ oid, column: column ?? '', isNumber: isNumber === 't' })
    found.set(key, sequence)
  }
  return [...found.values()]
}
