import type Database from 'better-sqlite3'
import { messageOf } from '../../../core/message-of.js'
import { OctavoError } from '../../../core/errors.js'
import type { OnProgress } from '../../../core/progress.js'
import type { DatabaseFacts } from '../../../core/schema.js'
import { openScratch, takeRoot } from './create-file.js'
import { fillIndex } from './fill-index.js'
import type { PlannedRow } from './plan-objects.js'
import { writeSchemaRows, type RootedRow } from './write-schema-rows.js'

export interface LoadedFile {
  readonly path: string
  readonly facts: DatabaseFacts
  readonly rows: readonly PlannedRow[]
  /** The rows whose pages exist already. */
  readonly rooted: ReadonlyMap<PlannedRow, RootedRow>
  /** Tables whose own indexes were not kept while rows were loaded. */
  readonly loosened: ReadonlySet<string>
}

interface FinishOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
  readonly keepWal?: boolean
}

/**
 * Adds every object that is not there yet, in the document's order, and fills the indexes. Virtual
 * tables become rows of sqlite_schema over shadow tables that are loaded: their modules never run.
 */
export function finishSchema(file: LoadedFile, options: FinishOptions): void {
  addObjects(file)
  const connection = openScratch(file.path, 'write')
  try {
    checkReadable(connection)
    fillIndexes(connection, file, options)
    connection.pragma(`user_version = ${file.facts.user_version ?? 0}`)
    connection.pragma(`application_id = ${file.facts.application_id ?? 0}`)
    if (options.keepWal === true && file.facts.wal === true) setWal(connection)
  } finally {
    connection.close()
  }
}

function setWal(connection: Database.Database): void {
  connection.pragma('locking_mode = normal')
  connection.pragma('journal_mode = wal')
}

function addObjects({ path, rows, rooted }: LoadedFile): void {
  const connection = openScratch(path, 'write')
  try {
    connection.transaction(() => {
      const complete = rows.map((row) => {
        if (row.root === 'none') return { ...row, page: 0 }
        return rooted.get(row) ?? takeRoot(connection, row)
      })
      writeSchemaRows(connection, complete)
    })()
  } finally {
    connection.close()
  }
}

function checkReadable(connection: Database.Database): void {
  try {
    connection.prepare('SELECT count(*) FROM sqlite_schema').get()
  } catch (error) {
    const reason = messageOf(error)
    throw new OctavoError('document-invalid', `the schema can not be restored: ${reason}`, {
      cause: error,
    })
  }
}

function fillIndexes(
  connection: Database.Database,
  { rows, loosened }: LoadedFile,
  { signal, onProgress }: FinishOptions,
): void {
  const indexes = rows.filter(
    ({ type, sql, table }) => type === 'index' && (sql !== null || loosened.has(table)),
  )
  connection.transaction(() => {
    indexes.forEach((row, index) => {
      signal?.throwIfAborted()
      onProgress?.({ phase: 'indexing', records: index, total: indexes.length })
      fillIndex(connection, row)
    })
  })()
}
