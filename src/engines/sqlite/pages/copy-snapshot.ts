import type { OpenedDatabase } from '../connection/begin-read.js'
import { copyLockedFile } from './copy-locked-file.js'
import { type PageTransfer, transferPages } from './transfer-pages.js'

export interface CopySnapshot extends Omit<PageTransfer, 'source'> {
  /** With its read transaction begun. */
  readonly from: OpenedDatabase
}

/** Copies what a read transaction holds still into a scratch file, in the quickest way there is. */
export async function copySnapshot({ from, ...copy }: CopySnapshot): Promise<void> {
  // In WAL mode the newest pages are in another file.
  if (!from.wal && (await copyLockedFile({ from, ...copy }))) return
  await transferPages({ source: from.connection, ...copy })
}
