import { rm } from 'node:fs/promises'
import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import type { OnProgress } from '../../../core/progress.js'
import { requireOpenableName } from '../connection/open-connection.js'
import { sqliteFailure } from '../connection/sqlite-failure.js'
import { createEmpty } from './create-empty.js'
import { requireSpaceForPages } from './require-space-for-pages.js'

export interface PageTransfer {
  /** A connection with a read transaction open: under it the source can't change. */
  readonly source: Database.Database
  /** Must not exist; made with mode 0600. After an error it is not there. */
  readonly to: string
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

/** About 64 MB of small pages: between steps the signal is looked at. */
const pagesPerStep = 16_384

/** Copies every page through the backup API. The new file is not yet synced to its folder. */
export async function transferPages(transfer: PageTransfer): Promise<void> {
  const { source, to } = transfer
  requireOpenableName(to)
  const pageBytes = Number(source.pragma('page_size', { simple: true }))
  await requireSpaceForPages(source, to)
  await createEmpty(to)
  try {
    await copyAll(transfer, pageBytes)
  } catch (error) {
    await rm(to, { force: true })
    throw error
  }
}

async function copyAll(transfer: PageTransfer, pageBytes: number): Promise<void> {
  const { source, to } = transfer
  let found: Database.BackupMetadata
  try {
    found = await source.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        transfer.signal?.throwIfAborted()
        const bytes = (totalPages - remainingPages) * pageBytes
        transfer.onProgress?.({ phase: 'copying pages', bytes, total: totalPages * pageBytes })
        return pagesPerStep
      },
    })
  } catch (error) {
    throw sqliteFailure(error, `the pages of ${source.name} could not be copied`)
  }
  transfer.signal?.throwIfAborted()
  // The backup API ends with no pages at all where it meets a lock at its first step.
  if (found.totalPages === 0)
    throw new OctavoError(
      'database-busy',
      `the pages of ${source.name} could not be copied: locked`,
    )
}
