import { open } from 'node:fs/promises'
import { isMissing } from '../../../core/files/file-failure.js'
import { type FileHeader, headerBytes, parseFileHeader } from './file-header.js'

/** What a database file tells about itself without being opened as a database. */
export interface DatabaseFile extends FileHeader {
  readonly exists: boolean
  /** False for a missing file and for one of length zero. */
  readonly hasContent: boolean
  readonly bytes: number
}

/**
 * Reads the header of a file that this process has no connection to: closing it again would drop the
 * locks that SQLite holds on it.
 */
export async function lookAtFile(path: string): Promise<DatabaseFile> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (handle === null)
    return { exists: false, hasContent: false, bytes: 0, wal: false, pageSize: 0 }
  try {
    const header = Buffer.alloc(headerBytes)
    const { bytesRead } = await handle.read(header, 0, headerBytes, 0)
    const { size } = await handle.stat()
    return { exists: true, hasContent: bytesRead > 0, bytes: size, ...parseFileHeader(header) }
  } finally {
    await handle.close()
  }
}
