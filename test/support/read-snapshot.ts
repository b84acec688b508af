import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import {
  openSnapshot,
  type SqliteSnapshotOptions,
} from '../../src/engines/sqlite/snapshot/open-snapshot.js'
import type { SqliteSnapshot } from '../../src/engines/sqlite/snapshot/sqlite-snapshot.js'

/** What a test needs of the running test. */
export interface Cleanup {
  readonly teardown: (clean: () => void) => void
}

/** A folder of the test's own, removed after it. */
export function ownFolder(t: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Makes a database file; `make` may use everything that better-sqlite3 offers. */
export function makeDatabase(
  t: Cleanup,
  make: (connection: Database.Database) => void,
): { readonly path: string; readonly folder: string } {
  const folder = ownFolder(t)
  const path = join(folder, 'db.sqlite3')
  const connection = new Database(path)
  try {
    connection.pragma('foreign_keys = off')
    connection.pragma('synchronous = off')
    connection.unsafeMode()
    make(connection)
  } finally {
    connection.close()
  }
  return { path, folder }
}

/** Opens a snapshot of a database made here, reads it, and closes it. */
export async function withSnapshot<T>(
  from: { readonly path: string; readonly folder: string },
  read: (snapshot: SqliteSnapshot) => Promise<T> | T,
  options: Partial<SqliteSnapshotOptions> = {},
): Promise<T> {
  const snapshot = await openSnapshot(from.path, {
    workFolder: from.folder,
    pageCopy: false,
    ...options,
  })
  try {
    return await read(snapshot)
  } finally {
    await snapshot.close()
  }
}

/** The record lines of one model, held against the counts of their chunks. */
export async function readLines(snapshot: SqliteSnapshot, model: string): Promise<string[]> {
  const lines: string[] = []
  for await (const chunk of snapshot.records(model)) {
    const text = chunk.bytes.toString('utf8')
    if (!chunk.bytes.equals(Buffer.from(text))) throw new Error('a chunk is not valid UTF-8')
    const found = text.split(/,\n(?=\{"model":)/)
    if (found.length !== chunk.records) throw new Error('a chunk does not hold what it counts')
    for (const line of found) lines.push(line)
  }
  return lines
}
