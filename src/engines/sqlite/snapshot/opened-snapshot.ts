import type Database from 'better-sqlite3'
import type {
  RecordChunk,
  SnapshotModel,
  SnapshotOptions,
  Violations,
} from '../../../core/engine.js'
import { OctavoError } from '../../../core/errors.js'
import { foldCase } from '../../../core/fold-case.js'
import { restoreOrder } from '../../../core/restore-order.js'
import type { DatabaseFacts, SchemaObject } from '../../../core/schema.js'
import { countViolations } from '../schema/count-violations.js'
import { pageRecords } from '../records/page-records.js'
import { readContentTypes } from '../schema/read-content-types.js'
import { readFacts } from '../schema/read-facts.js'
import { readSchema } from '../schema/read-schema.js'
import { readSequences } from '../records/read-sequences.js'
import type { RecordReader } from '../records/record-reader.js'
import { registerFunctions } from '../records/register-functions.js'
import { rehearseRestore } from './rehearse-restore.js'
import { requireLoadableRows } from './require-loadable-rows.js'
import { type RecordTable, schemaEntries } from '../schema/schema-entries.js'
import type { SqliteSnapshot } from './sqlite-snapshot.js'
import type { Encoding } from '../schema/stored-text.js'
import type { StoredTable } from '../schema/table-columns.js'
import { walkRecords } from '../records/walk-records.js'

export interface SnapshotSource {
  /** With its read transaction begun; the snapshot closes it. */
  readonly connection: Database.Database
  readonly path: string
  readonly wal: boolean
  readonly options: SnapshotOptions
  readonly pageCopyPath: string | null
}

/** A snapshot read through one connection. */
export class OpenedSnapshot implements SqliteSnapshot, RecordReader {
  readonly facts: DatabaseFacts
  readonly schema: readonly SchemaObject[]
  readonly sequences: readonly string[]
  readonly models: readonly SnapshotModel[]
  readonly pageCopyPath: string | null
  readonly connection: Database.Database
  readonly path: string
  readonly encoding: Encoding
  readonly walks = new Set<IterableIterator<unknown>>()
  readonly #options: SnapshotOptions
  readonly #tables: ReadonlyMap<string, RecordTable>
  /** All of the database, by names in lower case: a selection's references may leave it. */
  readonly #stored: ReadonlyMap<string, StoredTable>
  readonly #stop = (): void => this.#close()

  constructor({ connection, path, wal, options, pageCopyPath }: SnapshotSource) {
    this.connection = connection
    this.path = path
    this.pageCopyPath = pageCopyPath
    this.#options = options
    this.facts = readFacts(connection, wal)
    this.encoding = this.facts.encoding as Encoding // readFacts has it from SQLite
    registerFunctions(connection, this.encoding)
    // Pages are read once, in order: more cache would only take memory.
    connection.pragma('cache_size = -4000')
    const objects = readSchema(connection, this.encoding)
    const { schema, tables } = schemaEntries(objects, {
      ...options,
      contentTypes: readContentTypes(connection, objects),
    })
    const selected = options.models && new Set(tables.map(({ stored }) => stored.name))
    this.schema = schema
    this.sequences = readSequences(connection, selected ?? null)
    this.#tables = new Map(tables.map((table) => [table.model, table]))
    this.#stored = new Map(
      objects.flatMap((object) =>
        'stored' in object ? [[foldCase(object.name), object.stored]] : [],
      ),
    )
    this.models = modelsInOrder(tables, options.excludeRows ?? [])
    rehearseRestore({ facts: this.facts, schema, sequences: this.sequences })
    for (const { table, rowsExcluded } of this.models)
      if (!rowsExcluded) requireLoadableRows(connection, table)
    options.signal?.addEventListener('abort', this.#stop)
    if (options.signal?.aborted === true) this.#close()
  }

  async *records(model: string): AsyncGenerator<RecordChunk> {
    const table = this.#table(model)
    if (this.models.find((found) => found.model === model)?.rowsExcluded === true) return
    const form = { table: table.stored, model, encoding: this.encoding }
    const read = table.stored.order.by === 'rowid' ? pageRecords : walkRecords
    yield* read(this, form)
  }

  violations(model: string): Violations {
    this.requireOpen()
    return countViolations(this.connection, this.#table(model).stored, this.#stored)
  }

  requireOpen(): void {
    this.#options.signal?.throwIfAborted()
    if (!this.connection.open)
      throw new OctavoError('internal', `the snapshot of ${this.path} is closed already`)
  }

  async close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#stop)
    this.#close()
  }

  #close(): void {
    for (const walk of this.walks) walk.return?.()
    this.walks.clear()
    this.connection.close()
  }

  #table(model: string): RecordTable {
    const table = this.#tables.get(model)
    if (table) return table
    throw new OctavoError('model-unknown', `there is no model "${model}" in the snapshot`)
  }
}

function modelsInOrder(
  tables: readonly RecordTable[],
  excludeRows: readonly string[],
): SnapshotModel[] {
  const byModel = new Map(tables.map(({ model, stored }) => [model, stored]))
  const modelOf = new Map(tables.map(({ model, stored }) => [foldCase(stored.name), model]))
  const excluded = new Set(excludeRows.map((model) => foldCase(model)))
  const order = restoreOrder(
    tables.map(({ model, stored }) => ({
      name: model,
      references: stored.references.flatMap(({ table }) => modelOf.get(foldCase(table)) ?? []),
    })),
  )
  return order.map((model) => ({
    model,
    table: byModel.get(model)?.name ?? model,
    rowsExcluded: excluded.has(foldCase(model)),
  }))
}
