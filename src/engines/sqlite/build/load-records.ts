import { isUtf8 } from 'node:buffer'
import type Database from 'better-sqlite3'
import { messageOf } from '../../../core/message-of.js'
import type { RecordChunk } from '../../../core/engine.js'
import { OctavoError } from '../../../core/errors.js'
import { isSqliteFailure, sqliteFailure } from '../connection/sqlite-failure.js'
import { alteredStatement } from './altered-values.js'
import { cutBatches } from './cut-batches.js'
import {
  boundText,
  insertStatement,
  isTooWide,
  misfitStatement,
  type Tags,
} from './load-statements.js'
import { loosenTable } from './loosen-table.js'
import { countMatching, recordPattern } from './record-pattern.js'
import type { TableShape } from './table-shape.js'
import { TaggedColumns } from './tagged-columns.js'
import { wideInsert } from './wide-insert.js'

/** Above this many bytes a batch is one long record: it goes without the pattern. */
const longestMatched = 1 << 20

export interface LoadOptions {
  readonly encoding: string
  readonly signal?: AbortSignal | undefined
  /** Called before rows that the table's own definition would refuse or change. */
  readonly onLoosen: () => void
}

/**
 * Loads record lines into an empty table and gives their number. Each record must have exactly the
 * members that its table asks for. Lines as Octavo writes them are told by a pattern, a batch at a
 * time; only other batches are looked into record by record.
 */
export async function loadRecords(
  connection: Database.Database,
  shape: TableShape,
  chunks: AsyncIterable<RecordChunk>,
  options: LoadOptions,
): Promise<number> {
  const loader = new RecordLoader(connection, shape, options)
  for await (const batch of cutBatches(chunks)) {
    options.signal?.throwIfAborted()
    loader.load(batch)
  }
  return loader.records
}

class RecordLoader {
  records = 0
  readonly #connection: Database.Database
  readonly #shape: TableShape
  readonly #encoding: string
  readonly #plain: RegExp | null
  readonly #tagged: RegExp | null
  readonly #taggedColumns: TaggedColumns
  readonly #onLoosen: () => void
  readonly #statements = new Map<string, Database.Statement>()
  #isLoose = false

  constructor(
    connection: Database.Database,
    shape: TableShape,
    { encoding, onLoosen }: Pick<LoadOptions, 'encoding' | 'onLoosen'>,
  ) {
    this.#connection = connection
    this.#shape = shape
    this.#encoding = encoding
    this.#onLoosen = onLoosen
    this.#plain = recordPattern(shape, false)
    this.#tagged = recordPattern(shape, true)
    this.#taggedColumns = new TaggedColumns(shape.fields.map(({ name }) => name))
  }

  /** `batch` is a JSON array of records. */
  load(batch: Buffer): void {
    if (!isUtf8(batch)) throw this.#invalid('its text is not UTF-8')
    const tags = batch.includes('{"$')
    const pattern = tags ? this.#tagged : this.#plain
    const matching =
      pattern === null || batch.length > longestMatched
        ? null
        : countMatching(pattern, batch.toString('latin1'))
    const bound = this.#encoding === 'UTF-8' ? batch : batch.toString()
    if (matching === null) {
      this.#findMisfit(bound)
      if (!this.#isLoose && this.#isAltered(bound)) this.#loosen('its columns would change a value')
    }
    const where = matching === null ? null : this.#taggedColumns.find(batch)
    const inserted = this.#insert(bound, where ?? 'anywhere')
    if (matching !== null && inserted !== matching)
      throw new OctavoError(
        'internal',
        `${inserted} of ${matching} records of ${this.#shape.model} were loaded`,
      )
    this.records += inserted
  }

  #insert(bound: Buffer | string, tags: Tags): number {
    try {
      return this.#tryInsert(bound, tags)
    } catch (error) {
      if (this.#isLoose || !isOwnRefusal(error)) throw this.#loadFailure(error)
      this.#loosen(messageOf(error), error)
      return this.#insert(bound, tags)
    }
  }

  #tryInsert(bound: Buffer | string, tags: Tags): number {
    const shape = this.#shape
    if (isTooWide(shape))
      return wideInsert(this.#connection, { shape, encoding: this.#encoding, bound })
    const sql = () => insertStatement(shape, this.#encoding, tags)
    const name = tags === 'anywhere' ? tags : `tagged ${[...tags].sort((a, b) => a - b).join()}`
    return this.#prepared(name, sql).run(bound).changes
  }

  /** Loads the rest under a plainer definition, or throws where the table has none. */
  #loosen(why: string, cause?: unknown): void {
    const { table, key, keyIsRowid, canLoosen } = this.#shape
    if (!canLoosen) throw this.#invalid(why, cause)
    loosenTable(this.#connection, table, keyIsRowid ? (key[0]?.name ?? null) : null)
    this.#isLoose = true
    this.#onLoosen()
  }

  #isAltered(bound: Buffer | string): boolean {
    const sql = () => alteredStatement(this.#shape, this.#encoding)
    return this.#prepared('altered', sql).pluck().get(bound) === 1
  }

  /** Throws for the first record that has not exactly its members. */
  #findMisfit(bound: Buffer | string): void {
    const json = boundText(this.#encoding)
    const valid = this.#prepared('valid', () => `SELECT json_valid(${json}, 1)`)
    if (valid.pluck().get(bound) !== 1) throw this.#invalid('its records are not valid JSON')
    const misfit = this.#prepared('misfit', () => misfitStatement(this.#shape, this.#encoding))
    const index = misfit.pluck().get(bound)
    if (index === undefined) return
    const line = this.#prepared('line', () => `SELECT substr(${json} -> ?, 1, 200)`)
    const shown = String(line.pluck().get(bound, `$[${Number(index)}]`))
    throw this.#invalid(
      `record ${this.records + Number(index) + 1} does not have exactly the model and columns of ` +
        `the table "${this.#shape.table}": ${shown}`,
    )
  }

  #prepared(name: string, sql: () => string): Database.Statement {
    const known = this.#statements.get(name)
    if (known !== undefined) return known
    const statement = this.#connection.prepare(sql())
    this.#statements.set(name, statement)
    return statement
  }

  #invalid(why: string, cause?: unknown): OctavoError {
    const message = `the records of ${this.#shape.model} can not be loaded: ${why}`
    return new OctavoError('document-invalid', message, { cause })
  }

  #loadFailure(error: unknown): unknown {
    if (isSqliteFailure(error, 'SQLITE_CONSTRAINT') || isSqliteFailure(error, 'SQLITE_MISMATCH'))
      return this.#invalid(messageOf(error), error)
    return sqliteFailure(error, `the records of ${this.#shape.model} can not be loaded`)
  }
}

const ownRefusals = ['NOTNULL', 'DATATYPE', 'UNIQUE', 'PRIMARYKEY']

/** A refusal of the table's definition: NULL, a class, values that are there, an unknown function. */
function isOwnRefusal(error: unknown): boolean {
  return (
    ownRefusals.some((kind) => isSqliteFailure(error, `SQLITE_CONSTRAINT_${kind}`)) ||
    (error instanceof Error && error.message.startsWith('unknown function'))
  )
}
