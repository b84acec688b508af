import { join } from 'node:path'
import type { JobContext } from '../job-context.js'
import type { ChosenDatabase } from '../job-types.js'
import { sqlitePathOf } from '../sqlite-path-of.js'
import { exportDocument } from './export-document.js'

export interface ExportBeside {
  /** The document goes there, and scratch files. */
  readonly folder: string
  readonly at: string
  readonly busyTimeoutMs: number
  readonly context: JobContext
}

/** The path of a document of a database, made for a job that takes documents only. */
export async function exportBeside(
  database: ChosenDatabase,
  { folder, at, busyTimeoutMs, context }: ExportBeside,
): Promise<string> {
  const file = join(folder, 'export.json')
  const wish = { format: 'json', verify: false, sample: false, temporary: true } as const
  const input = { ...wish, database, at, file, busyTimeoutMs }
  if (database.address.engine === 'postgresql') {
    const { exportServer } = await import('../postgresql/export-server.js')
    await exportServer({ input, workFolder: folder, context })
  } else await exportDocument({ input, path: sqlitePathOf(database), workFolder: folder, context })
  return file
}
