import type {
  RecordChunk,
  Snapshot,
  SnapshotModel,
  SnapshotOptions,
  Violations,
} from '../../../core/engine.js'
import { OctavoError } from '../../../core/errors.js'
import { foldCase } from '../../../core/fold-case.js'
import { restoreOrder } from '../../../core/restore-order.js'
import type { DatabaseFacts, SchemaObject } from '../../../core/schema.js'
import type { Session } from '../connection/session.js'
import { copyRecords } from '../records/copy-records.js'
import { countViolations } from '../records/count-violations.js'
import type { ListedTable } from '../schema/list-tables.js'
import { nameTables, type RecordTable, tableEntry } from '../schema/name-tables.js'
import { readContentTypes } from '../schema/read-content-types.js'
import { readSequences } from '../schema/read-sequences.js'
import { readTables } from '../schema/read-tables.js'

/** What stands behind a snapshot besides its session. */
export interface SnapshotParts {
  readonly facts: DatabaseFacts
  readonly schema: readonly SchemaObject[]
  readonly sequences: readonly string[]
  readonly tables: readonly RecordTable[]
}

/** Reads what a snapshot shows in the transaction that a session has begun. */
export async function readParts(
  session: Session,
  listed: readonly ListedTable[],
  options: Pick<SnapshotOptions, 'models' | 'modelNames'>,
): Promise<SnapshotParts> {
  const own = listed.filter(({ kind }) => kind !== 'f')
  const stored = await readTables(session, own)
  const contentTypes = await readContentTypes(session, stored)
  const tables = nameTables(stored, { ...options, contentTypes })
  const owners = options.models ? new Set(tables.map(({ stored: { oid } }) => oid)) : null
  const { version, encoding } = session
  return {
    facts: { engine: 'postgresql', engine_version: version, encoding },
    schema: tables.map(tableEntry),
    sequences: await readSequences(session, owners),
    tables,
  }
}

/** A snapshot read through one session, in the transaction that it is in. */
export class OpenedSnapshot implements Snapshot {
  readonly facts: DatabaseFacts
  readonly schema: readonly SchemaObject[]
  readonly sequences: readonly string[]
  readonly models: readonly SnapshotModel[]
  readonly tables: readonly RecordTable[]
  readonly session: Session
  readonly #violations = new Map<string, Violations>()

  constructor(session: Session, parts: SnapshotParts, excludeRows: readonly string[] = []) {
    this.session = session
    this.facts = parts.facts
    this.schema = parts.schema
    this.sequences = parts.sequences
    this.tables = parts.tables
    this.models = modelsInOrder(parts.tables, excludeRows)
  }

  async *records(model: string): AsyncGenerator<RecordChunk> {
    const table = this.table(model)
    if (this.models.find((found) => found.model === model)?.rowsExcluded === true) return
    yield* copyRecords(this.session, table)
    this.#violations.set(model, await countViolations(this.session, table.stored))
  }

  /** Counted behind the last record of the model; rows that were left out break nothing. */
  violations(model: string): Violations {
    return this.#violations.get(this.table(model).model) ?? 0
  }

  table(model: string): RecordTable {
    const table = this.tables.find((found) => found.model === model)
    if (table) return table
    throw new OctavoError('model-unknown', `there is no model "${model}" in the snapshot`)
  }

  async close(): Promise<void> {
    await this.session.close()
  }
}

function modelsInOrder(
  tables: readonly RecordTable[],
  excludeRows: readonly string[],
): SnapshotModel[] {
  const byModel = new Map(tables.map(({ model, stored }) => [model, stored]))
  const modelOf = new Map(tables.map(({ model, stored }) => [stored.name, model]))
  const excluded = new Set(excludeRows.map((model) => foldCase(model)))
  const order = restoreOrder(
    tables.map(({ model, stored }) => ({
      name: model,
      references: stored.references.flatMap(({ table }) => modelOf.get(table) ?? []),
    })),
  )
  return order.map((model) => ({
    model,
    table: byModel.get(model)?.name ?? model,
    rowsExcluded: excluded.has(foldCase(model)),
  }))
}
