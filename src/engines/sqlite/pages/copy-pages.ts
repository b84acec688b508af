import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import { syncFile, syncFolder } from '../../../core/files/durable-file.js'
import type { OnProgress } from '../../../core/progress.js'
import { beginRead } from '../connection/begin-read.js'
import { integrityOf } from './integrity-of.js'
import { isBrokenPromise } from './is-broken-promise.js'
import { requireDatabaseFile } from '../connection/require-database-file.js'
import { copySnapshot } from './copy-snapshot.js'
import { transferPages } from './transfer-pages.js'

export interface CopyPages extends CopyHeldPages {
  readonly from: string
  readonly busyTimeoutMs?: number
}

export interface CopyHeldPages {
  /** Must not exist; one that does is left alone. After another error it is not there. */
  readonly to: string
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
}

/** What SQLite says of a copy that equals its source. */
export interface PageVerdict {
  readonly intact: boolean
  /** Lines of `PRAGMA integrity_check`, the same for the source and the copy: damage to its pages. */
  readonly complaints: readonly string[]
  /** Such lines about rows that are whole and stand where they belong, but break a promise of their
   * table: a NULL in a NOT NULL column, say. A copy of them is as good as they are. */
  readonly brokenPromises: readonly string[]
}

/**
 * Copies a database page by page, at one instant, into a durable file of its own. The copy is checked:
 * where SQLite finds damage in it that the source has too, the verdict says so, since the backup API
 * copies a damaged database without a word; damage of the copy alone is an error.
 */
export async function copyPages(copy: CopyPages): Promise<PageVerdict> {
  const { from, to, busyTimeoutMs } = copy
  await requireDatabaseFile(from)
  const opened = beginRead(from, busyTimeoutMs)
  try {
    await copySnapshot({ ...copy, from: opened })
    if (opened.wal) return await checkCopy(copy, opened.connection)
  } finally {
    opened.connection.close()
  }
  // The lock is gone: it would keep writers waiting for as long as a check takes.
  return await checkCopy(copy, { again: from, at: `${to}.again` })
}

/** The same of a snapshot that the caller holds, and goes on to hold. */
export async function copyHeldPages(
  source: Database.Database,
  copy: CopyHeldPages,
): Promise<PageVerdict> {
  await transferPages({ ...copy, source })
  return await checkCopy(copy, source)
}

/** The snapshot itself where it is still held; else a file to copy once more, and where to. */
type Source = Database.Database | { readonly again: string; readonly at: string }

async function checkCopy(copy: CopyHeldPages, source: Source): Promise<PageVerdict> {
  const { to, signal, onProgress } = copy
  return await removedUnless(to, async () => {
    onProgress?.({ phase: 'checking pages' })
    signal?.throwIfAborted()
    const found = integrityAt(to)
    const complaints = found.filter((line) => !isBrokenPromise(line))
    if (complaints.length > 0) await requireSameDamage(complaints, source, copy)
    await syncFile(to)
    await syncFolder(dirname(to))
    const brokenPromises = found.filter(isBrokenPromise)
    return { intact: found.length === 0, complaints, brokenPromises }
  })
}

async function removedUnless<T>(path: string, finish: () => Promise<T>): Promise<T> {
  try {
    return await finish()
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

function integrityAt(path: string): string[] {
  const { connection } = beginRead(path)
  try {
    return integrityOf(connection)
  } finally {
    connection.close()
  }
}

async function requireSameDamage(
  complaints: readonly string[],
  source: Source,
  { signal }: CopyHeldPages,
): Promise<void> {
  const own = 'again' in source ? await integrityOfCopy(source, signal) : integrityOf(source)
  const damage = own.filter((line) => !isBrokenPromise(line))
  if (JSON.stringify(damage) === JSON.stringify(complaints)) return
  const from = 'again' in source ? source.again : source.name
  throw new OctavoError('io-failed', `the copy of ${from} is damaged: ${complaints[0]}`, {
    hint: 'Run it again. Where it stays so, check the disks: `octavo doctor`.',
    details: { complaints: complaints.slice(0, 20) },
  })
}

/** Of a second copy: a check of the live file would lock writers out until it ends. */
async function integrityOfCopy(
  { again, at }: { readonly again: string; readonly at: string },
  signal: AbortSignal | undefined,
): Promise<string[]> {
  try {
    const from = beginRead(again)
    try {
      await copySnapshot({ from, to: at, signal })
    } finally {
      from.connection.close()
    }
    return integrityAt(at)
  } finally {
    await rm(at, { force: true })
  }
}
