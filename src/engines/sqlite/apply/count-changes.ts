import type Database from 'better-sqlite3'
import { countRows } from '../sql/count-rows.js'
import { countDifferencesSql, countRemovedSql, preparedSchema } from './transfer-sql.js'
import type { Transfer } from './transfer-plan.js'

export type TransferMode = 'replace' | 'data-only' | 'merge'

export interface Change {
  readonly model: string
  readonly added: number
  readonly changed: number
  readonly removed: number
  /** Records after the change. */
  readonly records: number
}

/** Counts by key what a transfer adds, changes and removes, before it is made. */
export function countChanges(
  connection: Database.Database,
  transfer: Transfer,
  mode: TransferMode,
): Change {
  const { model, identity } = transfer
  const before = countRows(connection, 'main', transfer.to)
  const prepared = countRows(connection, preparedSchema, transfer.from)
  if (identity.length === 0) return withoutIdentity({ model, mode, before, prepared })
  const [added, changed] = twoSums(connection, countDifferencesSql(transfer))
  const removed =
    mode === 'merge' ? 0 : Number(connection.prepare(countRemovedSql(transfer)).pluck().get())
  const records = mode === 'merge' ? before + added : prepared
  return { model, added, changed, removed, records }
}

/** Nothing tells rows apart: all go, all come. */
function withoutIdentity(table: {
  readonly model: string
  readonly mode: TransferMode
  readonly before: number
  readonly prepared: number
}): Change {
  const { model, mode, before, prepared } = table
  const removed = mode === 'merge' ? 0 : before
  return { model, added: prepared, changed: 0, removed, records: before - removed + prepared }
}

/** Of one of the statements that count missing and different rows. */
export function twoSums(connection: Database.Database, sql: string): readonly [number, number] {
  // An aggregate always gives its row; without one nothing may look equal.
  return connection.prepare<[], [number, number]>(sql).raw().get() ?? [NaN, NaN]
}
