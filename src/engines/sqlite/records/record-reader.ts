import { isUtf8 } from 'node:buffer'
import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import { keyAtSql, type LineForm } from './record-sql.js'
import { sqliteFailure } from '../connection/sqlite-failure.js'
import type { Encoding } from '../schema/stored-text.js'

/** What reading records needs of an open snapshot. */
export interface RecordReader {
  readonly connection: Database.Database
  readonly encoding: Encoding
  /** The database as errors name it. */
  readonly path: string
  /** Throws once the job was stopped or the snapshot closed. */
  requireOpen(): void
  /** Rows being walked: they must be ended before the connection can be closed. */
  readonly walks: Set<IterableIterator<unknown>>
}

/** About as many bytes as a chunk has: larger ones are no faster, and malloc keeps their pages. */
export const chunkBytes = 128 * 1024

/**
 * The bytes of what a statement gave; null where some text in it may not be the one that is stored.
 * UTF-16 comes through a string: broken surrogates have become U+FFFD or any character beyond U+FFFF.
 */
export function provenBytes(value: unknown): Buffer | null {
  if (Buffer.isBuffer(value)) return isUtf8(value) ? value : null
  const text = String(value)
  return /[\ud800-\udfff\ufffd]/.test(text) ? null : Buffer.from(text)
}

export function asBytes(value: unknown): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(String(value))
}

export function readFailure(error: unknown, form: LineForm, path: string): unknown {
  return sqliteFailure(error, `table "${form.table.name}" of ${path} could not be read`)
}

/** `at` is a rowid from which on the first record is meant, or null where there is no rowid. */
export function tooLarge(reader: RecordReader, form: LineForm, at: bigint | null): OctavoError {
  const key =
    at === null ? null : reader.connection.prepare(keyAtSql(form.table)).pluck().get({ from: at })
  const shown = typeof key === 'string' ? ` with the key ${key.slice(0, 100)}` : ''
  return new OctavoError(
    'value-too-large',
    `a record of the model "${form.model}"${shown} is larger than 256 MB`,
    { details: { model: form.model } },
  )
}
