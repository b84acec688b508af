import type Database from 'better-sqlite3'
import { messageOf } from '../../../core/message-of.js'
import { OctavoError } from '../../../core/errors.js'
import { foldCase } from '../../../core/fold-case.js'
import { countRows } from '../sql/count-rows.js'
import { quoteIdentifier } from '../sql/quote.js'
import { isSqliteFailure } from '../connection/sqlite-failure.js'
import { type Change, countChanges, twoSums } from './count-changes.js'
import { findDanglingInBackup, refuseNewDanglingRows, tablesAround } from './dangling-rows.js'
import { keepBookkeeping } from './django-bookkeeping.js'
import { findDanglingRows } from './find-dangling-rows.js'
import { dropTriggers } from './keep-triggers.js'
import { raiseSequences } from './raise-sequences.js'
import type { TransferTask } from './transfer-options.js'
import { planTransfers, type Transfer } from './transfer-plan.js'
import { countMismatchesSql, insertAllSql, mergeSql } from './transfer-sql.js'
import { keepShadowTables } from './virtual-tables.js'

export interface MadeTransfers {
  readonly changes: readonly Change[]
  readonly warnings: readonly string[]
}

/** Makes and checks all changes inside the transaction of `connection`, which writes to the target. */
export function makeTransfers(connection: Database.Database, options: TransferTask): MadeTransfers {
  const { prepared, mode, targetModels, signal, onProgress } = options
  const kept = keepBookkeeping(connection, options.models, mode)
  const own = keepShadowTables(connection, kept.transferred, mode)
  const transfers = planTransfers(prepared, connection, { models: own.transferred, targetModels })
  const tables = transfers.map(({ to }) => to)
  const around = tablesAround(connection, tables)
  const findDangling = () => around.flatMap((table) => findDanglingRows(connection, table))
  const dangling = findDangling()
  // Shadow tables are closed to writing otherwise.
  connection.unsafeMode(transfers.some(({ shadow }) => shadow))
  const makeTriggers = dropTriggers(connection, tables)
  const changes = transfers.map((transfer) => {
    signal?.throwIfAborted()
    onProgress?.({ phase: 'applying', model: transfer.model })
    const isComplete = options.complete?.has(foldCase(transfer.model)) === true
    return transferTable(connection, transfer, isComplete ? 'data-only' : mode)
  })
  raiseSequences(connection, transfers)
  makeTriggers()
  refuseNewDanglingRows(
    findDangling(),
    dangling,
    findDanglingInBackup(prepared, transfers, options.extent),
  )
  return { changes, warnings: [...kept.warnings, ...own.warnings] }
}

function transferTable(
  connection: Database.Database,
  transfer: Transfer,
  mode: 'data-only' | 'merge',
): Change {
  const change = countChanges(connection, transfer, mode)
  try {
    if (mode === 'data-only') {
      connection.prepare(`DELETE FROM main.${quoteIdentifier(transfer.to)}`).run()
      connection.prepare(insertAllSql(transfer)).run()
    } else connection.prepare(mergeSql(transfer)).run()
  } catch (error) {
    if (!isSqliteFailure(error, 'SQLITE_CONSTRAINT')) throw error
    const reason = messageOf(error)
    throw new OctavoError(
      'restore-refused',
      `the records of ${transfer.model} do not fit into the target: ${reason}`,
      {
        cause: error,
        hint: 'Nothing was changed. Another row of the target holds the value, or its schema is newer.',
      },
    )
  }
  requireTransferred(connection, transfer, change)
  return change
}

/** Reads back what was written, before it is committed. */
function requireTransferred(
  connection: Database.Database,
  transfer: Transfer,
  { records }: Change,
): void {
  const found = countRows(connection, 'main', transfer.to)
  const [missing, different] =
    transfer.identity.length === 0 ? [0, 0] : twoSums(connection, countMismatchesSql(transfer))
  if (found === records && missing === 0 && different === 0) return
  throw new OctavoError(
    'restore-mismatch',
    `the records of ${transfer.model} would not be those of the backup: ` +
      `${found} of ${records} there, ${missing} missing, ${different} different`,
  )
}
