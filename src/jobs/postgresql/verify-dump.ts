import type { OpenSource } from '../prepare/open-source.js'
import type { Prepared } from '../prepare/prepared-database.js'
import { documentOfDump } from './document-of-dump.js'
import type { DumpFile } from './load-dump.js'

/** Proves that a dump is whole, restores, and can be read from there to the last row. */
export async function verifyDump(dump: DumpFile, options: OpenSource): Promise<Prepared> {
  const { models, warnings } = await documentOfDump(dump, options)
  return {
    path: '',
    format: dump.format,
    canonical: true,
    header: null,
    contentSha256: null,
    models: models.map((count) => ({ ...count, table: count.model })),
    warnings,
  }
}
