import { compareWithFile } from '../../engines/sqlite/compare/compare-databases.js'
import { requireNoDifferences } from '../../engines/sqlite/compare/require-equal-databases.js'
import { copyHeldPages, type PageVerdict } from '../../engines/sqlite/pages/copy-pages.js'
import { holdSnapshot } from '../../engines/sqlite/snapshot/hold-snapshot.js'
import type { ExportStep } from './export-step.js'

/**
 * Makes a native copy of a snapshot and compares the finished file with it, table by table in SQL: in
 * WAL mode with the live database, in the read transaction that the pages were copied in, else with
 * the page copy that stands for it.
 */
export async function copyAndProve({
  input,
  path,
  workFolder,
  context,
}: ExportStep): Promise<PageVerdict> {
  const { connection } = await holdSnapshot(path, {
    ...context,
    workFolder,
    pageCopy: false,
    busyTimeoutMs: input.busyTimeoutMs,
  })
  try {
    const verdict = await copyHeldPages(connection, { to: input.file, ...context })
    context.onProgress({ phase: 'comparing' })
    requireNoDifferences(
      compareWithFile(connection, input.file, { signal: context.signal }),
      'the native copy differs from the snapshot',
    )
    return verdict
  } finally {
    connection.close()
  }
}
