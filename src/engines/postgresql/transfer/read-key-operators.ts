import type { Session } from '../connection/session.js'
import { oidList } from '../schema/read-columns.js'
import type { StoredTable } from '../schema/stored-table.js'
import type { KeyColumn } from './plan-transfer.js'

/**
 * A type may have an equality of its own, as citext has: that of the key's index is meant. Only the usual
 * kind of index says which it is.
 */
const operatorsSql = `
SELECT i.indrelid, a.attname, pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)
FROM pg_catalog.pg_index i
CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(i.indkey::int2[]),
  pg_catalog.unnest(i.indclass::oid[])) WITH ORDINALITY k(attnum, opclass, place)
JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
JOIN pg_catalog.pg_opclass c ON c.oid = k.opclass
JOIN pg_catalog.pg_am b ON b.oid = c.opcmethod AND b.amname = 'btree'
JOIN pg_catalog.pg_amop m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype
  AND m.amoprighttype = c.opcintype AND m.amopstrategy = 3
JOIN pg_catalog.pg_operator o ON o.oid = m.amopopr
JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
WHERE i.indisprimary AND k.place <= i.indnkeyatts AND i.indrelid = ANY ($1::oid[])
ORDER BY i.indrelid, k.place`

/** The columns of each table's key with the operators of its index, by the oid of the table. */
export async function readKeyOperators(
  session: Session,
  tables: readonly StoredTable[],
): Promise<Map<string, KeyColumn[]>> {
  const rows = await session.rows(operatorsSql, 'the keys could not be read', [
    oidList(tables.map(({ oid }) => oid)),
  ])
  const keys = new Map<string, KeyColumn[]>()
  for (const [oid, name, operator] of rows) {
    const column = { name: name ?? '', operator: operator ?? '' }
    keys.set(oid ?? '', [...(keys.get(oid ?? '') ?? []), column])
  }
  return keys
}
