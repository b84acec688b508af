import type { DocumentEnd } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { inPhase } from '../../core/progress.js'
import { openDocument } from '../../documents/open-document.js'
import { requireEqualRows } from '../../engines/postgresql/compare/compare-rows.js'
import type { OpenedSnapshot } from '../../engines/postgresql/snapshot/opened-snapshot.js'
import { requireSameContent } from '../prepare/require-same-content.js'
import type { ServerExport } from './export-server.js'
import { proveOnScratch } from './prove-on-scratch.js'
import { scratchPlaceOf } from './server-place.js'

interface Made {
  readonly snapshot: OpenedSnapshot
  readonly written: DocumentEnd
}

/**
 * The finished file, read back, is restored into a scratch database, which must equal the snapshot
 * twice: by the digest of a second export, and table by table in the text of COPY.
 */
export async function proveAgainstServer(
  { input, workFolder, context }: ServerExport,
  { snapshot, written }: Made,
): Promise<void> {
  const { database } = input
  if (snapshot.facts.schema_by === undefined)
    throw new OctavoError('usage', 'an export without the SQL of the schema can not be verified', {
      hint: 'Leave out --verify, or --models and PG_DUMP=none.',
    })
  const { signal } = context
  const onProgress = inPhase('loading', context.onProgress)
  const reading = await openDocument(input.file, { workFolder, signal, onProgress })
  try {
    const { end } = await proveOnScratch({
      reading,
      server: scratchPlaceOf(database),
      pgDump: database.pgDump ?? null,
      context,
      compare: async (scratch) => {
        for (const { model, rowsExcluded } of snapshot.models)
          if (!rowsExcluded)
            await requireEqualRows(snapshot.session, scratch, snapshot.table(model).stored)
      },
    })
    requireSameContent(written, end)
  } finally {
    await reading.close()
  }
}
