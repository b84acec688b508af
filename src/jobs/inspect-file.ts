import { stat } from 'node:fs/promises'
import { withWorkFolder } from '../core/files/work-folder.js'
import type { SchemaObject } from '../core/schema.js'
import { openDocument } from '../documents/open-document.js'
import { describeDatabase } from '../engines/sqlite/schema/describe-database.js'
import type { JobContext } from './job-context.js'
import type { InspectResult, JobTypes } from './job-types.js'
import { modelCounts, totalRecords } from './model-counts.js'
import { findSource } from './prepare/find-source.js'
import { isFixture } from './prepare/is-fixture.js'

/** What is inside a backup file. A document is read to its end: its digests have agreed. */
export async function inspectFile(
  { file, workFolder, pgDump }: JobTypes['inspect']['input'],
  context: JobContext,
): Promise<InspectResult> {
  return await withWorkFolder(workFolder, async (folder) => {
    if (await isFixture(file)) {
      const { inspectFixture } = await import('./fixture/inspect-fixture.js')
      return await inspectFixture(file, folder, context)
    }
    const source = await findSource(file, folder, context)
    const { path, compressed } = source
    const { size: bytes } = await stat(file)
    if (source.kind === 'dump') {
      const { inspectDump } = await import('./postgresql/inspect-dump.js')
      const { format } = source
      return { ...(await inspectDump({ file: path, format, pgDump }, context)), bytes, compressed }
    }
    const found =
      source.kind === 'sqlite' ? inspectNative(path) : await inspectDocument(path, folder, context)
    return { ...found, bytes, compressed }
  })
}

/** What pg_dump calls an object, in lower case, is what it is here. */
function typeOf(object: SchemaObject): string {
  if (object.type !== 'object') return object.type
  return object.kind === 'MATERIALIZED VIEW'
    ? 'view'
    : object.kind === 'TABLE'
      ? ''
      : object.kind.toLowerCase()
}

export type Found = Omit<InspectResult, 'bytes' | 'compressed'>

function inspectNative(path: string): Found {
  const { schema: _, ...found } = describeDatabase(path)
  return {
    format: 'sqlite',
    header: null,
    contentSha256: null,
    ...found,
    records: totalRecords(found.models),
  }
}

async function inspectDocument(
  path: string,
  workFolder: string,
  context: JobContext,
): Promise<Found> {
  const reading = await openDocument(path, { workFolder, ...context })
  try {
    const end = await reading.end()
    const count = (type: SchemaObject['type']): number =>
      reading.schema.filter((object) => typeOf(object) === type).length
    return {
      format: 'json',
      header: reading.header,
      contentSha256: end.contentSha256,
      tables: count('table'),
      indexes: count('index'),
      views: count('view'),
      triggers: count('trigger'),
      records: end.summary.records,
      models: modelCounts(end),
    }
  } finally {
    await reading.close()
  }
}
