import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import type { OnProgress } from '../../../core/progress.js'
import { beginRead, type OpenedDatabase } from '../connection/begin-read.js'
import { requireDatabaseFile } from '../connection/require-database-file.js'
import { copySnapshot } from '../pages/copy-snapshot.js'

export interface HoldOptions {
  /** A page copy goes there, and is removed with it. */
  readonly workFolder: string
  /** Take a page copy in WAL mode too. */
  readonly pageCopy: boolean
  readonly busyTimeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

/** A database at one instant, whatever is written meanwhile. */
export interface HeldSnapshot {
  /** With its read transaction begun, on the live file or on the page copy; the holder closes it. */
  readonly connection: Database.Database
  /** Whether the database is in WAL mode. */
  readonly wal: boolean
  readonly pageCopyPath: string | null
}

/**
 * Holds the content of the database file at `path`. In WAL mode by a read transaction, which blocks
 * nobody. In rollback-journal mode that would block every writer's commit, so the pages are copied
 * first and the source is let go.
 */
export async function holdSnapshot(path: string, options: HoldOptions): Promise<HeldSnapshot> {
  await requireDatabaseFile(path)
  options.signal?.throwIfAborted()
  const source = beginRead(path, options.busyTimeoutMs)
  if (source.wal && !options.pageCopy) return { ...source, pageCopyPath: null }
  const pageCopyPath = join(
    options.workFolder,
    `page-copy-${randomBytes(6).toString('hex')}.sqlite3`,
  )
  try {
    await takeCopy(source, pageCopyPath, options)
    const { connection } = beginRead(pageCopyPath)
    return { connection, wal: source.wal, pageCopyPath }
  } catch (error) {
    await rm(pageCopyPath, { force: true })
    throw error
  }
}

async function takeCopy(
  source: OpenedDatabase,
  to: string,
  { signal, onProgress }: HoldOptions,
): Promise<void> {
  try {
    await copySnapshot({ from: source, to, signal, onProgress })
  } finally {
    source.connection.close()
  }
}
