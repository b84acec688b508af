import { join } from 'node:path'
import type { DocumentReading } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { differingValues } from '../../documents/differing-values.js'
import { openDocument } from '../../documents/open-document.js'
import { exportAgain } from './content-of-database.js'
import type { Prepare } from './prepared-database.js'
import { SpoolFile } from '../spool-file.js'

/**
 * Compares a database with the document that it was built from value by value: for documents of
 * another version of the engine, which may spell reals in another way, so that no digest agrees.
 */
export async function requireEqualValues(
  { header, schema }: DocumentReading,
  { file, path, workFolder, context }: Prepare,
): Promise<void> {
  const again = join(workFolder, 'second-export.json')
  const sink = await SpoolFile.create(again)
  try {
    await exportAgain({ path, header, schema, workFolder, context, sink })
  } finally {
    await sink.close()
  }
  const first = await openDocument(file, { workFolder, signal: context.signal })
  try {
    const second = await openDocument(again, { workFolder, signal: context.signal })
    try {
      const differing = await differingValues(first, second)
      if (differing.length > 0)
        throw new OctavoError(
          'verify-failed',
          `the restored database differs from the document in values of ${differing.join(', ')}`,
          { details: { differing } },
        )
    } finally {
      await second.close()
    }
  } finally {
    await first.close()
  }
}
