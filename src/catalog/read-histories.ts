import { setImmediate as othersFirst } from 'node:timers/promises'
import type { RunHistory } from '../core/backups/run-history.js'
import type { CatalogFile } from './catalog-file.js'
import { databasesOf, readHistory } from './read-history.js'
import { readBytes } from './read-tally.js'
import type { UnreadableRun } from './runs.js'

/** One database after the other, and in two steps, so that the thread does something else in between. */
export async function readHistories(
  file: CatalogFile,
  now: Date,
  tell: (run: UnreadableRun) => void,
): Promise<readonly RunHistory[]> {
  const histories: RunHistory[] = []
  for (const database of await file.use(databasesOf)) {
    const found = await file.use((connection) => readHistory(connection, database, now))
    found.unreadable.forEach(tell)
    await othersFirst()
    const bytes = await file.use((connection) => readBytes(connection, database))
    histories.push({ ...found.history, tally: { ...found.history.tally, bytes } })
    await othersFirst()
  }
  return histories
}
