import type { RecordChunk } from '../../../core/engine.js'
import type { Session } from '../connection/session.js'
import { copyRecords } from '../records/copy-records.js'
import { fromSql } from '../records/record-sql.js'
import { readColumns } from '../schema/read-columns.js'
import { quoteName } from '../sql/quote.js'
import type { TransferMode } from './count-changes.js'
import type { Transfer } from './plan-transfer.js'

/**
 * The record lines of what the target holds of a document now, as the document spells them. Where a
 * column has another type in the target, its values are turned back into that of the document. Merged
 * rows that nothing tells apart from others are read as they were staged.
 */
export async function* restoredRecords(
  session: Session,
  transfer: Transfer,
  mode: TransferMode,
): AsyncGenerator<RecordChunk> {
  const { model, entry, to, identity, staging } = transfer
  const name = staging.replace('pg_temp.octavo_rows', 'octavo_restored')
  const what = `the records of "${model}" can not be read back in the types of the backup`
  const types = new Map(entry.columns)
  const columns = transfer.columns.map(({ name, type }) => {
    const stated = types.get(name)
    const value = `t.${quoteName(name)}`
    if (stated === undefined || stated === type) return value
    return `${value}::${stated} AS ${quoteName(name)}`
  })
  const unknown = mode === 'merge' && identity.length === 0
  const from = unknown ? `${staging} t` : `${fromSql(to)} ${onlyRestored(transfer)}`
  await session.run(
    `CREATE TEMPORARY VIEW ${name} AS SELECT ${columns.join(', ')} FROM ${from}`,
    what,
  )
  const oid = await session.value(`SELECT 'pg_temp.${name}'::regclass::oid`, what)
  const read = (await readColumns(session, [oid])).get(oid) ?? []
  const stored = {
    ...to,
    oid,
    schema: 'pg_temp',
    table: name,
    // A view takes no ONLY.
    partitioned: true,
    columns: read,
    key: entry.primary_key,
  }
  yield* copyRecords(session, { model, stored })
  await session.run(`DROP VIEW pg_temp.${name}`, what)
}

/** A merge leaves rows beside those of the document: the key says which are whose. */
function onlyRestored({ identity, staging }: Transfer): string {
  if (identity.length === 0) return ''
  const same = identity.map(({ name, operator }) => {
    return `x.${quoteName(name)} ${operator} t.${quoteName(name)}`
  })
  return `WHERE EXISTS (SELECT FROM ${staging} x WHERE ${same.join(' AND ')})`
}
