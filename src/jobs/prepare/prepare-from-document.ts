import type { DocumentEnd, DocumentReading } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { inPhase } from '../../core/progress.js'
import type { Digests } from '../../documents/digests/digests.js'
import { openDocument } from '../../documents/open-document.js'
import { buildFromDocument } from './build-from-document.js'
import { contentOfDatabase, type FoundContent, tableToModel } from './content-of-database.js'
import { modelCounts, violationWarnings } from '../model-counts.js'
import type { Prepare, Prepared } from './prepared-database.js'
import { requireEqualValues } from './require-equal-values.js'
import { differentContent } from './require-same-content.js'
import { withDigests } from '../with-digests.js'

/** Builds the database of a document; a second export of it must have the document's digests. */
export async function prepareFromDocument(options: Prepare): Promise<Prepared> {
  const { file, workFolder, context } = options
  return await withDigests({ path: file, inService: false }, async (digests) => {
    const { signal } = context
    // How far the document was read is how far it was loaded.
    const onProgress = inPhase('loading', context.onProgress)
    const reading = await openDocument(file, { workFolder, digests, signal, onProgress })
    try {
      return await prepare(reading, digests, options)
    } finally {
      await reading.close()
    }
  })
}

async function prepare(
  reading: DocumentReading,
  digests: Digests,
  options: Prepare,
): Promise<Prepared> {
  const { path, workFolder, context } = options
  const { header, schema, canonical } = reading
  options.beforeBuild?.(header)
  if (header.database.engine === 'postgresql')
    return options.onServer ? await options.onServer(reading) : await prepareConverted(options)
  const end = await buildFromDocument({ ...options, reading })
  const found = await contentOfDatabase({ path, schema, workFolder, context, digests })
  const { contentSha256 } = end
  if (contentSha256 !== found.contentSha256)
    await requireSameValues(reading, { end, found, options })
  // What the document says of its database: a part of it lacks the rows that others refer to.
  const models = modelCounts(end)
  const tables = new Map([...tableToModel(schema)].map(([table, model]) => [model, table]))
  return {
    path,
    format: 'json',
    canonical,
    header,
    contentSha256,
    models: models.map((count) => ({ ...count, table: tables.get(count.model) ?? count.model })),
    warnings: [
      ...violationWarnings(models),
      ...(canonical ? [] : ['the document was laid out anew by another program: its values hold']),
    ],
  }
}

/** Loaded on demand: few documents are restored into another kind of database. */
async function prepareConverted(options: Prepare): Promise<Prepared> {
  const { file, workFolder, context } = options
  const { convertForSqlite } = await import('../convert/convert-for-sqlite.js')
  const { file: converted, warnings } = await convertForSqlite(file, workFolder, context)
  const prepared = await prepareFromDocument({ ...options, file: converted })
  return { ...prepared, warnings: [...warnings, ...prepared.warnings] }
}

/**
 * Where the digests differ, the values may still be the same, if another version of the engine wrote
 * the document. They are compared with the document itself, so it must be the one that was written.
 */
async function requireSameValues(
  reading: DocumentReading,
  judged: { readonly end: DocumentEnd; readonly found: FoundContent; readonly options: Prepare },
): Promise<void> {
  const { end, found, options } = judged
  if (reading.header.database.engine_version === found.engineVersion)
    throw differentContent(end, found)
  if (end.unproved.length > 0)
    throw new OctavoError(
      'document-altered',
      `the document was laid out anew, and its records of ${end.unproved.join(', ')} can not be proved`,
      { hint: 'Restore the file as Octavo wrote it, or take another backup.' },
    )
  await requireEqualValues(reading, options)
}
