import { setImmediate } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { maxLineBytes } from '../../../core/document.js'
import type { RecordChunk } from '../../../core/engine.js'
import { BatchPace } from './batch-pace.js'
import { asBytes, provenBytes, readFailure, type RecordReader, tooLarge } from './record-reader.js'
import { batchSql, firstGrade, type LineForm } from './record-sql.js'
import { isSqliteFailure } from '../connection/sqlite-failure.js'
import type { Grade } from './value-sql.js'

const smallestRowid = -(2n ** 63n)
const largestRowid = 2n ** 63n - 1n
/** Rows times the longest value that a batch may hold: it bounds memory where sizes jump. */
const boundBytes = 8 * 1024 * 1024

interface Batch {
  readonly bytes: Buffer
  readonly rows: number
  readonly last: bigint
}

/** The records of a table with rowids, page by page in their order. */
export async function* pageRecords(
  reader: RecordReader,
  form: LineForm,
): AsyncGenerator<RecordChunk> {
  const pager = new Pager(reader, form)
  let from = smallestRowid
  for (;;) {
    reader.requireOpen()
    const batch = pager.read(from)
    if (batch === null) return
    yield { bytes: batch.bytes, records: batch.rows }
    if (batch.last === largestRowid) return
    from = batch.last + 1n
    // So that a request to stop gets in between.
    await setImmediate()
  }
}

class Pager {
  readonly #reader: RecordReader
  readonly #form: LineForm
  readonly #pace: BatchPace
  readonly #statements = new Map<Grade, Database.Statement>()

  constructor(reader: RecordReader, form: LineForm) {
    this.#reader = reader
    this.#form = form
    this.#pace = new BatchPace(firstGrade(form.table))
  }

  /** The next rows from a rowid on; null behind the last one. */
  read(from: bigint): Batch | null {
    for (;;) {
      const { rows, grade } = this.#pace
      const found = this.#tryToRead(from)
      if (found === 'end') return null
      if (found === 'odd' && grade !== 'exact') this.#pace.raiseGrade()
      else if (found === 'long' && rows > 1) this.#pace.shrink()
      else if (typeof found === 'string') throw tooLarge(this.#reader, this.#form, from)
      else {
        this.#pace.learn(found.rows, found.bytes.length)
        return found
      }
    }
  }

  #tryToRead(from: bigint): Batch | 'end' | 'odd' | 'long' {
    const { rows, grade } = this.#pace
    const longest = rows === 1 ? maxLineBytes : Math.floor(boundBytes / rows)
    const row = this.#get(grade, {
      from,
      longest: BigInt(longest),
      rows: BigInt(rows),
    })
    if (typeof row === 'string') return row
    const [value, count, last, lines] = row
    if (count === 0n) return 'end'
    if (lines !== count) return grade === 'fast' ? 'odd' : 'long'
    const bytes = grade === 'exact' ? asBytes(value) : provenBytes(value)
    if (bytes === null) return 'odd'
    if (bytes.length > maxLineBytes) return 'long'
    return { bytes, rows: Number(count), last: BigInt(String(last)) }
  }

  #get(grade: Grade, bound: Record<string, bigint>): unknown[] | 'odd' | 'long' {
    try {
      return this.#statement(grade).get(bound) as unknown[] // raw rows are arrays
    } catch (error) {
      if (isSqliteFailure(error, 'SQLITE_TOOBIG')) return 'long'
      if (isSqliteFailure(error, 'SQLITE_ERROR') && grade === 'fast') return 'odd'
      throw readFailure(error, this.#form, this.#reader.path)
    }
  }

  #statement(grade: Grade): Database.Statement {
    const known = this.#statements.get(grade)
    if (known) return known
    const statement = this.#reader.connection
      .prepare(batchSql(this.#form, grade))
      .raw()
      .safeIntegers()
    this.#statements.set(grade, statement)
    return statement
  }
}
