import type { Session } from '../connection/session.js'
import { fromSql } from '../records/record-sql.js'
import { quoteName } from '../sql/quote.js'
import type { TransferMode } from './count-changes.js'
import { fitting } from './fitting.js'
import type { Transfer } from './plan-transfer.js'
import { insertSql, newRows, oldRows, sameKey, valuesOf } from './transfer-sql.js'

/**
 * Brings the staged rows into the target. What goes is removed before anything comes, so that rows
 * may swap the values of a unique column.
 */
export async function moveRows(
  session: Session,
  transfer: Transfer,
  mode: TransferMode,
): Promise<void> {
  const statements =
    mode === 'data-only'
      ? replaceSql(transfer)
      : transfer.identity.length > 0
        ? mergeSql(transfer)
        : [addSql(transfer)]
  await fitting(transfer.model, async () => {
    for (const sql of statements)
      await session.run(sql, `the records of "${transfer.model}" could not be brought in`)
  })
}

function replaceSql(transfer: Transfer): string[] {
  const { to, columns, staging } = transfer
  const list = columns.map(({ name }) => `t.${quoteName(name)}`).join(', ')
  return [`DELETE FROM ${fromSql(to)}`, insertSql(transfer, [], `SELECT ${list} FROM ${staging} t`)]
}

/** Rows that change are removed and come again, with what they held in columns the document lacks. */
function mergeSql(transfer: Transfer): string[] {
  const { to, identity, others, staging } = transfer
  const changed = staging.replace('rows', 'changed')
  const keys = identity.map((_, index) => `y.k${index}`)
  const values = others.map((_, index) => `y.o${index}`)
  const isChanged = identity
    .map(({ name, operator }, index) => `t.${quoteName(name)} ${operator} y.k${index}`)
    .join(' AND ')
  const isThere = sameKey(transfer)
  const select = [...valuesOf(transfer), ...values].join(', ')
  return [
    `CREATE TEMPORARY TABLE ${changed.replace('pg_temp.', '')} ON COMMIT DROP AS
     SELECT ${[...keys, ...values].join(', ')} FROM ${newRows(transfer)} x
     JOIN ${oldRows(transfer)} y ON ${isThere} WHERE x.line <> y.line`,
    `DELETE FROM ${fromSql(to)} USING ${changed} y WHERE ${isChanged}`,
    insertSql(
      transfer,
      others,
      `SELECT ${select} FROM ${newRows(transfer)} x JOIN ${changed} y ON ${isThere}`,
    ),
    insertSql(
      transfer,
      [],
      `SELECT ${valuesOf(transfer).join(', ')} FROM ${newRows(transfer)} x
       WHERE NOT EXISTS (SELECT FROM ${oldRows(transfer)} y WHERE ${isThere})`,
    ),
  ]
}

/** Of rows that nothing tells apart the target gets as many equal ones as the document has. */
function addSql(transfer: Transfer): string {
  const values = valuesOf(transfer).join(', ')
  return insertSql(
    transfer,
    [],
    `SELECT ${values}
     FROM (SELECT *, row_number() OVER (PARTITION BY line) AS place FROM ${newRows(transfer)} x) x
     LEFT JOIN (SELECT line, count(*) AS n FROM ${oldRows(transfer)} y GROUP BY line) y
       ON x.line = y.line
     WHERE x.place > coalesce(y.n, 0)`,
  )
}
