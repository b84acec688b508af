import type Database from 'better-sqlite3'
import type { Build, BuildPlan, RecordChunk } from '../../../core/engine.js'
import { OctavoError } from '../../../core/errors.js'
import { syncFile } from '../../../core/files/durable-file.js'
import { foldCase } from '../../../core/fold-case.js'
import type { OnProgress } from '../../../core/progress.js'
import type { TableObject } from '../../../core/schema.js'
import { quoteIdentifier } from '../sql/quote.js'
import { sqliteFailure } from '../connection/sqlite-failure.js'
import { registerIsNumeric } from './altered-values.js'
import { createFile, openScratch } from './create-file.js'
import { registerDecodeTag } from './decode-tag.js'
import { finishSchema } from './finish-schema.js'
import { loadRecords } from './load-records.js'
import { loadSequences } from './load-sequences.js'
import type { PlannedRow } from './plan-objects.js'
import { rehearseSchema } from './rehearse-schema.js'
import { readTableShape } from './table-shape.js'
import type { RootedRow } from './write-schema-rows.js'

export interface BuildOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
  /** In place of the document's: a live target in WAL mode keeps its own. */
  readonly pageSize?: number
  /** Leave the file in WAL mode where the document's database was: only for a path with no file. */
  readonly keepWal?: boolean
}

/** Starts a new database at `path`, where no file may be: its tables stand when this resolves. */
export async function openBuild(
  path: string,
  plan: BuildPlan,
  options: BuildOptions = {},
): Promise<Build> {
  const { pageSize = plan.facts.page_size ?? 4096 } = options
  const rows = rehearseSchema(plan)
  try {
    const rooted = createFile(path, { ...plan.facts, page_size: pageSize }, rows)
    return new SqliteBuild({ path, plan, rows, rooted }, options)
  } catch (error) {
    throw sqliteFailure(error, `a new database can not be made at ${path}`)
  }
}

interface BuildState {
  readonly path: string
  readonly plan: BuildPlan
  readonly rows: readonly PlannedRow[]
  readonly rooted: ReadonlyMap<PlannedRow, RootedRow>
}

class SqliteBuild implements Build {
  readonly #state: BuildState
  readonly #options: BuildOptions
  readonly #tables: ReadonlyMap<string, TableObject>
  readonly #loaded = new Set<string>()
  readonly #loosened = new Set<string>()
  #connection: Database.Database | null

  constructor(state: BuildState, options: BuildOptions) {
    this.#state = state
    this.#options = options
    this.#tables = tablesByModel(state.plan)
    this.#connection = openScratch(state.path, 'write')
    this.#connection.unsafeMode(true)
    registerDecodeTag(this.#connection)
    registerIsNumeric(this.#connection)
    this.#connection.exec('BEGIN IMMEDIATE')
  }

  async load(model: string, chunks: AsyncIterable<RecordChunk>): Promise<number> {
    const object = this.#tables.get(foldCase(model))
    if (object?.model === undefined)
      throw new OctavoError('document-invalid', `the schema has no table for the model ${model}`)
    if (this.#loaded.has(object.model))
      throw new OctavoError('document-invalid', `the model ${model} comes twice`)
    this.#loaded.add(object.model)
    const connection = this.#open()
    const { signal } = this.#options
    return loadRecords(connection, readTableShape(connection, object, object.model), chunks, {
      encoding: this.#state.plan.facts.encoding,
      signal,
      onLoosen: () => this.#loosened.add(object.name),
    })
  }

  async finish(): Promise<void> {
    const { path, plan, rows, rooted } = this.#state
    const connection = this.#open()
    try {
      loadSequences(connection, plan.sequences, plan.facts.encoding)
      connection.exec('COMMIT')
      requireSound(connection, this.#loosened.size === 0 ? null : this.#tableNames())
      await this.close()
      const file = { path, facts: plan.facts, rows, rooted, loosened: this.#loosened }
      finishSchema(file, this.#options)
    } catch (error) {
      throw sqliteFailure(error, `the new database at ${path} can not be finished`)
    }
    await syncFile(path)
  }

  close(): Promise<void> {
    this.#connection?.close()
    this.#connection = null
    return Promise.resolve()
  }

  #tableNames(): string[] {
    return [...this.#tables.values()].map(({ name }) => name)
  }

  #open(): Database.Database {
    if (this.#connection === null) throw new OctavoError('internal', 'the build is closed')
    return this.#connection
  }
}

/**
 * Checked before the rest of the schema is there: no module of a virtual table may run on its rows.
 * Of a loosened table the pages of its indexes belong to nothing yet: then table by table.
 */
function requireSound(connection: Database.Database, tables: readonly string[] | null): void {
  const answers =
    tables === null
      ? [connection.pragma('quick_check(1)', { simple: true })]
      : tables.map((table) =>
          connection.pragma(`quick_check(${quoteIdentifier(table)})`, { simple: true }),
        )
  const answer = answers.map(String).find((line) => line !== 'ok')
  if (answer !== undefined)
    throw new OctavoError('restore-mismatch', `the new database is not sound: ${answer}`)
}

function tablesByModel(plan: BuildPlan): Map<string, TableObject> {
  const tables = new Map<string, TableObject>()
  for (const object of plan.schema) {
    if (object.type !== 'table' || object.kind === 'virtual') continue
    const model = foldCase(object.model ?? object.name)
    if (tables.has(model))
      throw new OctavoError('document-invalid', `two tables have the model name ${model}`)
    tables.set(model, object)
  }
  return tables
}
