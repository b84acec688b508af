import type { ServerSnapshotOptions } from '../../../src/engines/postgresql/snapshot/open-snapshot.js'
import { openSnapshot } from '../../../src/engines/postgresql/snapshot/open-snapshot.js'
import type { OpenedSnapshot } from '../../../src/engines/postgresql/snapshot/opened-snapshot.js'
import { type Cleanup, ownFolder } from '../read-snapshot.js'

/** Opens a snapshot of a database of a test server, reads it, and closes it. */
export async function withServerSnapshot<T>(
  t: Cleanup,
  url: string,
  read: (snapshot: OpenedSnapshot) => Promise<T> | T,
  options: Partial<ServerSnapshotOptions> = {},
): Promise<T> {
  const place = { url, shown: 'the database' }
  const snapshot = await openSnapshot(place, { workFolder: ownFolder(t), ...options })
  try {
    return await read(snapshot)
  } finally {
    await snapshot.close()
  }
}

/** The record lines of one model, held against the counts of their chunks. */
export async function serverLines(snapshot: OpenedSnapshot, model: string): Promise<string[]> {
  const lines: string[] = []
  for await (const { bytes, records } of snapshot.records(model)) {
    const found = bytes.toString('utf8').split(',\n')
    if (found.length !== records) throw new Error('a chunk does not hold what it counts')
    lines.push(...found)
  }
  return lines
}
