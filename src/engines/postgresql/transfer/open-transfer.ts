import { isDeepStrictEqual } from 'node:util'
import type { RecordChunk } from '../../../core/engine.js'
import { OctavoError } from '../../../core/errors.js'
import type { TableObject } from '../../../core/schema.js'
import type { Session } from '../connection/session.js'
import { lockTables, requireAllRows } from '../restore/lock-tables.js'
import { listTables } from '../schema/list-tables.js'
import { nameTables } from '../schema/name-tables.js'
import { readContentTypes } from '../schema/read-content-types.js'
import { readTables } from '../schema/read-tables.js'
import type { StoredTable } from '../schema/stored-table.js'
import { type TransferMode } from './count-changes.js'
import { isBookkeeping } from './keep-bookkeeping.js'
import { planTransfers, type Transfer } from './plan-transfer.js'
import { type ForeignKey, readForeignKeys } from './read-foreign-keys.js'
import { makeStaging, stageRows } from './stage-rows.js'

export interface TransferPlan {
  /** Of the models to restore, as the document states them. */
  readonly entries: readonly TableObject[]
  readonly mode: TransferMode
  /** Table to model name in the target. */
  readonly modelNames: ReadonlyMap<string, string>
}

/** A transfer with its rows staged, before anything of the target was changed. */
export interface StagedTransfer {
  readonly session: Session
  readonly mode: TransferMode
  readonly transfers: readonly Transfer[]
  /** Compared with the target's, and left out. */
  readonly bookkeeping: readonly Transfer[]
  /** Of the tables that rows go into, and those that lead to them. */
  readonly keys: readonly ForeignKey[]
  readonly warnings: readonly string[]
}

/** Rows on their way into a target that keeps its schema, in the transaction of a session. */
export class TransferStage {
  readonly #session: Session
  readonly #plan: TransferPlan
  readonly #all: readonly Transfer[]
  readonly #staged = new Set<Transfer>()
  readonly #warnings: readonly string[]

  constructor(
    session: Session,
    plan: TransferPlan,
    parts: { readonly all: readonly Transfer[]; readonly warnings: readonly string[] },
  ) {
    this.#session = session
    this.#plan = plan
    this.#all = parts.all
    this.#warnings = parts.warnings
  }

  /** Takes the records of a model, where they are wanted; reads nothing of them otherwise. */
  async stage(model: string, chunks: AsyncIterable<RecordChunk>): Promise<void> {
    const transfer = this.#all.find((found) => found.model === model)
    if (transfer === undefined) return
    this.#staged.add(transfer)
    await stageRows(this.#session, transfer, chunks)
  }

  /** With writers kept out of all that the transfer touches, and the target still as it was planned. */
  async finish(): Promise<StagedTransfer> {
    const session = this.#session
    for (const transfer of this.#all)
      if (!this.#staged.has(transfer)) await makeStaging(session, transfer)
    const { mode } = this.#plan
    const transfers = this.#all.filter(({ entry }) => !isBookkeeping(entry, mode))
    const tables = transfers.map(({ to }) => to)
    await lockTables(session, tables)
    const keys = await readForeignKeys(
      session,
      tables.map(({ oid }) => oid),
    )
    const sides = keys.flatMap(({ child, parent }) => [child, parent])
    await lockTables(session, sides)
    await requireAllRows(session, [...new Set([...tables, ...sides].map(({ oid }) => oid))])
    await requireUnchanged(session, tables)
    const bookkeeping = this.#all.filter((transfer) => !transfers.includes(transfer))
    return { session, mode, transfers, bookkeeping, keys, warnings: this.#warnings }
  }
}

/** Begins the transaction, and finds a place in the target for all that the document holds. */
export async function openTransfer(session: Session, plan: TransferPlan): Promise<TransferStage> {
  await session.begin('ISOLATION LEVEL READ COMMITTED READ WRITE')
  const listed = (await listTables(session)).filter(({ kind }) => kind !== 'f')
  if (listed.length === 0) throw noSchema(session)
  const stored = await readTables(session, listed)
  const contentTypes = await readContentTypes(session, stored)
  const targets = nameTables(stored, { contentTypes, modelNames: plan.modelNames })
  const known = new Set(stored.map(({ name }) => name))
  const left = plan.entries.filter(
    (entry) => isBookkeeping(entry, plan.mode) && !known.has(entry.name),
  )
  const entries = plan.entries.filter((entry) => !left.includes(entry))
  const all = await planTransfers(session, { entries, targets })
  const warnings = left.map(
    ({ name }) => `the target has no table ${name}; the backup's is left out`,
  )
  return new TransferStage(session, plan, { all, warnings })
}

function noSchema({ shown }: Session): OctavoError {
  return new OctavoError(
    'database-not-found',
    `there are no tables in ${shown} to bring rows into`,
    {
      hint: 'Create them with the migrations of the app, or restore a complete backup (--mode replace).',
    },
  )
}

async function requireUnchanged(session: Session, tables: readonly StoredTable[]): Promise<void> {
  const oids = new Set(tables.map(({ oid }) => oid))
  const listed = (await listTables(session)).filter(({ oid }) => oids.has(oid))
  const now = new Map((await readTables(session, listed)).map((table) => [table.oid, table]))
  const changed = tables.find((table) => !isDeepStrictEqual(now.get(table.oid), table))
  if (changed === undefined) return
  throw new OctavoError(
    'target-changed',
    `the table "${changed.name}" was altered while the restore was being prepared`,
  )
}
