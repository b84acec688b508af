import type Database from 'better-sqlite3'
import { foldCase } from '../../../core/fold-case.js'
import { openConnection } from '../connection/open-connection.js'
import { sqliteFailure } from '../connection/sqlite-failure.js'
import { attachPrepared } from './attach-prepared.js'
import { countRows } from '../sql/count-rows.js'
import { type Change, countChanges } from './count-changes.js'
import { planTransfers, type NamedTable, type TransferModels } from './transfer-plan.js'
import { preparedSchema } from './transfer-sql.js'

export interface PreviewOptions extends TransferModels {
  readonly prepared: string
  readonly target: string
  readonly signal?: AbortSignal | undefined
}

/** Counts what a replace would do, per model, in one read transaction on the target. */
export function previewReplace(options: PreviewOptions): Promise<Change[]> {
  return new Promise((resolve) => resolve(preview(options)))
}

function preview(options: PreviewOptions): Change[] {
  const { prepared, target } = options
  const connection = openConnection(target, { access: 'read' })
  try {
    attachPrepared(connection, prepared)
    connection.exec('BEGIN')
    return countAll(connection, options)
  } catch (error) {
    throw sqliteFailure(error, `the changes to ${target} can not be counted`)
  } finally {
    connection.close()
  }
}

/** Models on one side only come or go whole; tables need not have the same columns. */
function countAll(
  connection: Database.Database,
  { prepared, models, targetModels, signal }: PreviewOptions,
): Change[] {
  const wanted = new Set(models.map(({ model }) => foldCase(model)))
  const present = new Set(targetModels.map(({ model }) => foldCase(model)))
  const changes = models.map((named) => {
    signal?.throwIfAborted()
    const incoming = countRows(connection, preparedSchema, named.table)
    const added = { model: named.model, added: incoming, changed: 0, removed: 0, records: incoming }
    if (!present.has(foldCase(named.model))) return added
    const [plan] = planTransfers(prepared, connection, {
      models: [named],
      targetModels,
      anyColumns: true,
    })
    return plan === undefined ? added : countChanges(connection, plan, 'replace')
  })
  const gone = (named: NamedTable): Change => {
    const removed = countRows(connection, 'main', named.table)
    return { model: named.model, added: 0, changed: 0, removed, records: 0 }
  }
  return [...changes, ...targetModels.filter(({ model }) => !wanted.has(foldCase(model))).map(gone)]
}
