import type { RecordChunk } from '../../../core/engine.js'
import type { Session } from '../connection/session.js'
import { fromSql } from '../records/record-sql.js'
import { loadRecords } from '../restore/load-records.js'
import { quoteName } from '../sql/quote.js'
import { fitting } from './fitting.js'
import type { Transfer } from './plan-transfer.js'

/**
 * Loads the rows of a document into a temporary table with the types of the target's columns, which
 * goes with the transaction. From here on nobody can alter the table that they are meant for.
 */
export async function stageRows(
  session: Session,
  transfer: Transfer,
  chunks: AsyncIterable<RecordChunk>,
): Promise<void> {
  const { model, entry, to, columns, staging } = transfer
  const name = staging.replace('pg_temp.', '')
  await makeStaging(session, transfer)
  const table = { ...to, schema: 'pg_temp', table: name, columns, key: [] }
  await fitting(model, () =>
    loadRecords(session, { model, table, key: entry.primary_key }, chunks).then(() => undefined),
  )
  await session.run(`ANALYZE ${staging}`, `the rows of "${model}" could not be looked at`)
}

/** A model of which the document holds no records at all has an empty one. */
export async function makeStaging(
  session: Session,
  { model, to, columns, staging }: Pick<Transfer, 'model' | 'to' | 'columns' | 'staging'>,
): Promise<void> {
  const list = columns.map(({ name }) => `t.${quoteName(name)}`).join(', ')
  await session.run(
    `CREATE TEMPORARY TABLE ${staging.replace('pg_temp.', '')} ON COMMIT DROP AS
     SELECT ${list} FROM ${fromSql(to)} WITH NO DATA`,
    `a temporary table for "${model}" could not be made`,
  )
}
