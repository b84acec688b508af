import { setImmediate } from 'node:timers/promises'
import { maxLineBytes } from '../../../core/document.js'
import type { RecordChunk } from '../../../core/engine.js'
import {
  asBytes,
  chunkBytes,
  provenBytes,
  readFailure,
  type RecordReader,
  tooLarge,
} from './record-reader.js'
import { firstGrade, type LineForm, streamSql } from './record-sql.js'
import { isSqliteFailure } from '../connection/sqlite-failure.js'
import type { Grade } from './value-sql.js'

const separator = Buffer.from(',\n')

/**
 * The records of a table without rowids, in the table's own order. One statement walks through it:
 * keys with collations, descending parts or nulls can't be paged by comparison. Where a row needs
 * more care the walk begins again, behind what was given already.
 */
export async function* walkRecords(
  reader: RecordReader,
  form: LineForm,
): AsyncGenerator<RecordChunk> {
  let grade: Grade | null = firstGrade(form.table)
  let given = 0
  while (grade !== null) {
    const walk: Walk = new Walk(reader, form, grade)
    try {
      for (;;) {
        reader.requireOpen()
        const chunk = walk.next(given)
        if (chunk === null) break
        given += chunk.records
        yield chunk
        await setImmediate()
      }
    } finally {
      walk.end()
    }
    grade = walk.needsMoreCare ? moreCareful(grade) : null
  }
}

function moreCareful(grade: Grade): Grade {
  return grade === 'fast' ? 'careful' : 'exact'
}

/** One run of the statement, at one grade. */
class Walk {
  needsMoreCare = false
  readonly #reader: RecordReader
  readonly #form: LineForm
  readonly #grade: Grade
  #rows: IterableIterator<unknown> | null = null

  constructor(reader: RecordReader, form: LineForm, grade: Grade) {
    this.#reader = reader
    this.#form = form
    this.#grade = grade
  }

  /** Null at the end, and where more care is needed. `given` matters to the first call only. */
  next(given: number): RecordChunk | null {
    try {
      this.#rows ??= this.#begin(given)
      return this.#fill(this.#rows)
    } catch (error) {
      if (isSqliteFailure(error, 'SQLITE_TOOBIG')) throw tooLarge(this.#reader, this.#form, null)
      if (!isSqliteFailure(error, 'SQLITE_ERROR') || this.#grade !== 'fast')
        throw readFailure(error, this.#form, this.#reader.path)
      this.needsMoreCare = true
      return null
    }
  }

  end(): void {
    if (this.#rows === null || !this.#reader.walks.delete(this.#rows)) return
    this.#rows.return?.()
  }

  #begin(given: number): IterableIterator<unknown> {
    const rows = this.#reader.connection
      .prepare(streamSql(this.#form, this.#grade))
      .pluck()
      .iterate({ skipped: BigInt(given), longest: BigInt(maxLineBytes) })
    this.#reader.walks.add(rows)
    return rows
  }

  #fill(rows: IterableIterator<unknown>): RecordChunk | null {
    const parts: Buffer[] = []
    let records = 0
    let size = 0
    while (size < chunkBytes) {
      const row = rows.next()
      if (row.done === true) break
      const line = this.#line(row.value)
      // What was gathered is dropped: the walk that follows begins behind the last chunk given.
      if (line === null) return null
      if (records > 0) parts.push(separator)
      parts.push(line)
      records += 1
      size += line.length + separator.length
    }
    return records === 0 ? null : { bytes: Buffer.concat(parts), records }
  }

  /** Null where more care is needed. */
  #line(value: unknown): Buffer | null {
    const line = value === null || this.#grade === 'exact' ? asLine(value) : provenBytes(value)
    if (line !== null && line.length <= maxLineBytes) return line
    if (line !== null || (value === null && this.#grade !== 'fast'))
      throw tooLarge(this.#reader, this.#form, null)
    this.needsMoreCare = true
    return null
  }
}

function asLine(value: unknown): Buffer | null {
  return value === null ? null : asBytes(value)
}
