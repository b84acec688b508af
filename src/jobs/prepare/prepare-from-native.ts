import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import { openBuild } from '../../engines/sqlite/build/open-build.js'
import { requireEqualDatabases } from '../../engines/sqlite/compare/require-equal-databases.js'
import { copyPages, type PageVerdict } from '../../engines/sqlite/pages/copy-pages.js'
import { describeDatabase } from '../../engines/sqlite/schema/describe-database.js'
import { notChecked } from '../../engines/sqlite/pages/integrity-of.js'
import { openSnapshot } from '../../engines/sqlite/snapshot/open-snapshot.js'
import { leaveWal } from '../../engines/sqlite/connection/leave-wal.js'
import { lookAtFile } from '../../engines/sqlite/connection/look-at-file.js'
import type { Prepare, Prepared } from './prepared-database.js'

/**
 * Takes the pages of an SQLite file, its `-wal` included, at one instant. Only where the target is in
 * WAL mode and has another page size, a new database is built row by row and compared in SQL. A
 * damaged file is refused: it must not displace what it is to replace.
 */
export async function prepareFromNative(options: Prepare): Promise<Prepared> {
  const { file, path, context, modelNames } = options
  options.beforeBuild?.(null)
  const warnings = requireIntact(file, await copyPages({ from: file, to: path, ...context }))
  const copied = await lookAtFile(path)
  if (!(options.keepWal && copied.wal)) leaveWal(path)
  if (options.pageSize !== undefined && options.pageSize !== copied.pageSize) await rebuild(options)
  return {
    path,
    format: 'sqlite',
    canonical: true,
    header: null,
    contentSha256: null,
    models: describeDatabase(path, { modelNames }).models,
    warnings,
  }
}

/** A contentless FTS table can't be validated even where it is healthy. */
const harmless = ['unable to validate the inverted index', notChecked]

/** What SQLite finds in the pages besides is damage. */
function requireIntact(file: string, { complaints, brokenPromises }: PageVerdict): string[] {
  const damage = complaints.find((line) => !harmless.some((start) => line.startsWith(start)))
  if (damage === undefined)
    return [...complaints, ...brokenPromises].map((line) => `SQLite says: ${line}`)
  throw new OctavoError('database-damaged', `${file} is damaged: ${damage}`, {
    hint: 'Take another backup. What can be read of this one: `octavo export FILE`.',
  })
}

async function rebuild({
  path,
  workFolder,
  context,
  pageSize,
  modelNames,
}: Prepare): Promise<void> {
  const pages = join(workFolder, 'pages.sqlite3')
  await rename(path, pages)
  const snapshot = await openSnapshot(pages, {
    ...context,
    workFolder,
    pageCopy: false,
    modelNames,
  })
  try {
    const build = await openBuild(path, snapshot, {
      ...context,
      ...(pageSize !== undefined && { pageSize }),
    })
    try {
      for (const { model } of snapshot.models) await build.load(model, snapshot.records(model))
      await build.finish()
    } finally {
      await build.close()
    }
  } finally {
    await snapshot.close()
  }
  await requireEqualDatabases({
    first: pages,
    second: path,
    message: 'the new database differs from the file',
    signal: context.signal,
  })
}
